package dev.catchwater.storage;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.odf.codec.MetadataBlockCodec;
import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.odf.error.Place;
import dev.catchwater.odf.identity.Multihash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A folder in the layout of an ODF simple repository: `refs/head`, `blocks/<hash>`, `data/<hash>`,
/// `checkpoints/<hash>` (odf-format §1.1). Reading only; nothing read is trusted: a reference must
/// be exactly 69 characters, a block must have the hash it is named by.
///
/// @param folder the root of the dataset
public record FolderRepository(Disk disk, Path folder) {
  static final int REFERENCE_CHARACTERS = 69;

  /// Where the one reference lies.
  public Path head() {
    return refs().resolve("head");
  }

  /// Where the references lie.
  public Path refs() {
    return folder.resolve("refs");
  }

  /// Where the blocks lie.
  public Path blocks() {
    return folder.resolve("blocks");
  }

  /// Where a block lies.
  public Path block(Multihash hash) {
    return blocks().resolve(hash.toString());
  }

  /// Where the slices lie.
  public Path data() {
    return folder.resolve("data");
  }

  /// Where a slice lies.
  public Path data(Multihash hash) {
    return data().resolve(hash.toString());
  }

  /// Where the checkpoints lie.
  public Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /// Where a checkpoint lies.
  public Path checkpoint(Multihash hash) {
    return checkpoints().resolve(hash.toString());
  }

  /// The hash in `refs/head`, or empty if there is no such file.
  public Optional<Multihash> readHead() {
    try {
      byte[] bytes = disk.readAll(head());
      return Optional.of(parseReference(bytes, head().toString()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw DiskFailure.of(head(), e);
    }
  }

  /// The hash in `refs/head`; a dataset without one is corrupt.
  public Multihash requireHead() {
    Optional<Multihash> head = readHead();
    if (head.isEmpty()) {
      throw CatchwaterException.at(
          ErrorCode.CORRUPT, Place.of(head().toString()), "The reference to the head is missing");
    }
    return head.get();
  }

  /// Reads what a reference file holds: 69 characters and nothing else.
  ///
  /// @param where the file or address for messages
  public static Multihash parseReference(byte[] bytes, String where) {
    if (bytes.length != REFERENCE_CHARACTERS) {
      String newline =
          bytes.length > REFERENCE_CHARACTERS && bytes[REFERENCE_CHARACTERS] == '\n'
              ? ", it ends with a newline"
              : "";
      throw CatchwaterException.at(
          ErrorCode.CORRUPT,
          Place.of(where),
          "A reference has exactly 69 characters, this one has " + bytes.length + newline);
    }
    try {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      Multihash hash = Multihash.parse(text);
      if (hash.code() != Multihash.SHA3_256 || !hash.toString().equals(text)) {
        throw CatchwaterException.at(
            ErrorCode.CORRUPT,
            Place.of(where),
            "The reference is not written as f1620 and 64 lower-case digits");
      }
      return hash;
    } catch (CatchwaterException e) {
      throw CatchwaterException.at(
              ErrorCode.CORRUPT,
              Place.of(where),
              "The reference is not a block hash: " + e.plainMessage())
          .withCause(e);
    }
  }

  /// A block's bytes, checked against its hash.
  public byte[] readBlockBytes(Multihash hash) {
    Path file = block(hash);
    byte[] bytes;
    try {
      bytes = disk.readAll(file);
    } catch (NoSuchFileException e) {
      throw CatchwaterException.at(
              ErrorCode.OBJECT_NOT_FOUND, Place.of(file.toString()), "Missing block " + hash)
          .withHint("fetch it with pull --force")
          .withCause(e);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
    checkBlockHash(hash, bytes, file.toString());
    return bytes;
  }

  /// Refuses bytes that are not what the hash stands for.
  public static void checkBlockHash(Multihash hash, byte[] bytes, String where) {
    Multihash actual = Multihash.sha3(bytes);
    if (!actual.equals(hash)) {
      throw CatchwaterException.at(
              ErrorCode.CORRUPT,
              Place.of(where),
              "Block hash mismatch: the file has hash " + actual)
          .withHint("the block was changed after it was written");
    }
  }

  /// A block, checked against its hash.
  public HashedBlock readBlock(Multihash hash) {
    byte[] bytes = readBlockBytes(hash);
    try {
      return new HashedBlock(hash, MetadataBlockCodec.decode(bytes));
    } catch (CatchwaterException e) {
      throw e.place() == null ? e.withPlace(Place.of(block(hash).toString())) : e;
    }
  }

  /// A slice's file, open for reading and not checked.
  public DiskFile openData(Multihash hash) {
    Path file = data(hash);
    try {
      return disk.openForRead(file);
    } catch (NoSuchFileException e) {
      throw CatchwaterException.at(
              ErrorCode.OBJECT_NOT_FOUND, Place.of(file.toString()), "Missing slice " + hash)
          .withHint("fetch it with pull --force")
          .withCause(e);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }

  /// The blocks from one down, read as they are asked for.
  Iterator<HashedBlock> blocksFrom(Multihash hash) {
    return new BlockIterator(hash);
  }

  private final class BlockIterator implements Iterator<HashedBlock> {
    private @Nullable Multihash next;

    BlockIterator(Multihash head) {
      this.next = head;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public HashedBlock next() {
      Multihash hash = next;
      if (hash == null) {
        throw new java.util.NoSuchElementException();
      }
      HashedBlock block = readBlock(hash);
      next = block.block().prevBlockHash();
      return block;
    }
  }
}

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
import java.util.Optional;

/// A folder in the layout of an ODF simple repository: `refs/head`, `blocks/<hash>`, `data/<hash>`,
/// `checkpoints/<hash>` (odf-format §1.1). Reading only; nothing read is trusted: a reference must
/// be exactly 69 characters, a block must have the hash it is named by.
///
/// @param folder the root of the dataset
record FolderRepository(Disk disk, Path folder) {
  static final int REFERENCE_CHARACTERS = 69;

  Path head() {
    return folder.resolve("refs").resolve("head");
  }

  Path blocks() {
    return folder.resolve("blocks");
  }

  Path block(Multihash hash) {
    return blocks().resolve(hash.toString());
  }

  Path data() {
    return folder.resolve("data");
  }

  Path data(Multihash hash) {
    return data().resolve(hash.toString());
  }

  Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  Path checkpoint(Multihash hash) {
    return checkpoints().resolve(hash.toString());
  }

  /// The hash in `refs/head`, or empty if there is no such file.
  Optional<Multihash> readHead() {
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
  Multihash requireHead() {
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
  static Multihash parseReference(byte[] bytes, String where) {
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
      Multihash hash = Multihash.parse(new String(bytes, StandardCharsets.ISO_8859_1));
      if (hash.code() != Multihash.SHA3_256) {
        throw CatchwaterException.at(
            ErrorCode.CORRUPT, Place.of(where), "The reference is not a SHA3-256 hash");
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
  byte[] readBlockBytes(Multihash hash) {
    Path file = block(hash);
    byte[] bytes;
    try {
      bytes = disk.readAll(file);
    } catch (NoSuchFileException e) {
      throw CatchwaterException.at(
              ErrorCode.OBJECT_NOT_FOUND, Place.of(file.toString()), "Missing block " + hash)
          .withHint("fetch the dataset anew with pull")
          .withCause(e);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
    checkBlockHash(hash, bytes, file.toString());
    return bytes;
  }

  /// Refuses bytes that are not what the hash stands for.
  static void checkBlockHash(Multihash hash, byte[] bytes, String where) {
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
  HashedBlock readBlock(Multihash hash) {
    byte[] bytes = readBlockBytes(hash);
    try {
      return new HashedBlock(hash, MetadataBlockCodec.decode(bytes));
    } catch (CatchwaterException e) {
      throw e.place() == null ? e.withPlace(Place.of(block(hash).toString())) : e;
    }
  }

  /// A slice's file, open for reading and not checked.
  DiskFile openData(Multihash hash) {
    Path file = data(hash);
    try {
      return disk.openForRead(file);
    } catch (NoSuchFileException e) {
      throw CatchwaterException.at(
              ErrorCode.OBJECT_NOT_FOUND, Place.of(file.toString()), "Missing slice " + hash)
          .withHint("fetch it with pull")
          .withCause(e);
    } catch (IOException e) {
      throw DiskFailure.of(file, e);
    }
  }
}

package dev.catchwater.server.api;

import dev.catchwater.disk.Disk;
import dev.catchwater.disk.DiskFile;
import dev.catchwater.ingest.read.InputFormat;
import dev.catchwater.odf.source.ReadStep;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.body.ReceivedBody;
import dev.catchwater.server.http.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Files that are uploaded first and pushed afterwards. A token is the whole memory of an upload: a
/// name made here, the length and the type that were declared, when it ends, and a signature over
/// that; nothing a client wrote becomes part of a path. What came of a file stays when the client
/// is cut off or the server ends, so that it can be gone on with. Thread-safe.
public final class Uploads {
  private static final Duration LIFE = Duration.ofHours(24);
  private static final Duration LOOK = Duration.ofHours(1);
  private static final int KEY_BYTES = 32;
  private static final int NAME_BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final Disk disk;
  private final Path folder;
  private final byte[] key;
  private final long bytesMax;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<String, UploadFile> files = new ConcurrentHashMap<>();
  private Instant collected;

  /// Uploads of a workspace.
  ///
  /// @param root the `.catchwater` folder; the key lies in `keys/`, files in `state/uploads/`
  /// @param bytesMax how large a file may be
  /// @param random must not be predictable
  public Uploads(Disk disk, Path root, long bytesMax, InstantSource clock, RandomGenerator random)
      throws IOException {
    this.disk = disk;
    this.folder = root.resolve("state").resolve("uploads");
    this.bytesMax = bytesMax;
    this.clock = clock;
    this.random = random;
    this.collected = clock.instant();
    disk.createDirectories(folder);
    this.key = key(disk, root.resolve("keys"), random);
    collect();
  }

  /// What a token says.
  ///
  /// @param mediaType as it was declared, empty where it was not
  record Upload(String id, long length, String mediaType, String fileName, Instant end) {}

  private static byte[] key(Disk disk, Path keys, RandomGenerator random) throws IOException {
    Path file = keys.resolve("upload");
    if (Files.exists(file)) {
      byte[] found = Files.readAllBytes(file);
      if (found.length == KEY_BYTES) {
        return found;
      }
    }
    byte[] made = new byte[KEY_BYTES];
    random.nextBytes(made);
    disk.createDirectories(keys);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, made);
    // With the key, the tokens would be lost.
    try (DiskFile written = disk.openForRead(file)) {
      written.force();
    }
    disk.syncDirectory(keys);
    return made;
  }

  /// A token for a file that is about to come.
  ///
  /// @throws Refusal 400 where it is larger than allowed, in kamu's words
  String prepare(String fileName, long length, @Nullable String mediaType, Access access)
      throws IOException {
    if (length > bytesMax) {
      throw Refusal.of(400, "body-too-large", "Content too large");
    }
    collect();
    byte[] name = new byte[NAME_BYTES];
    random.nextBytes(name);
    String facts =
        String.join(
            "\n",
            HexFormat.of().formatHex(name),
            Long.toString(length),
            mediaType == null ? "" : mediaType.replace('\n', ' '),
            fileName.replace('\n', ' '),
            Long.toString(clock.instant().plus(LIFE).toEpochMilli()),
            owner(access));
    byte[] bytes = facts.getBytes(StandardCharsets.UTF_8);
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString(bytes) + "." + encoder.encodeToString(sign(bytes));
  }

  private byte[] sign(byte[] bytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK 25 has HMAC-SHA256", e);
    }
  }

  /// What a token says, once its signature was checked.
  ///
  /// @param access of the caller, who finds only what he announced himself
  /// @throws Refusal 404 where it is not ours or has ended
  Upload read(String token, Access access) {
    int dot = token.indexOf('.');
    try {
      if (dot > 0) {
        byte[] bytes = Base64.getUrlDecoder().decode(token.substring(0, dot));
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        if (MessageDigest.isEqual(sign(bytes), signature)) {
          String[] facts = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
          Instant end = Instant.ofEpochMilli(Long.parseLong(facts[4]));
          boolean isHis = access.isOpen() || (facts.length > 5 && facts[5].equals(owner(access)));
          if (isHis && clock.instant().isBefore(end)) {
            return new Upload(facts[0], Long.parseLong(facts[1]), facts[2], facts[3], end);
          }
        }
      }
    } catch (IllegalArgumentException e) {
      // Said below, in the same words as a signature that is not ours.
    }
    throw notFound();
  }

  private static String owner(Access access) {
    String id = access.tokenId();
    return id == null ? "" : id;
  }

  private static Refusal notFound() {
    return Refusal.of(404, "upload-not-found", "Upload not found");
  }

  /// What came of a file.
  ///
  /// @throws Refusal 404 where the token is not ours or has ended
  UploadFile file(Upload upload) throws IOException {
    UploadFile known = files.get(upload.id());
    if (known != null) {
      return known;
    }
    UploadFile found = UploadFile.open(disk, folder, upload.id(), upload.length());
    UploadFile before = files.putIfAbsent(upload.id(), found);
    return before == null ? found : before;
  }

  /// Keeps the whole file of a token.
  ///
  /// @throws Refusal 400 where it has another length than was declared, in kamu's words
  void keep(Upload upload, InputStream in) throws IOException {
    file(upload).replace(in, bytesMax);
  }

  /// The file of a token as the body of a push.
  ///
  /// @throws Refusal 404 where it did not come yet
  ReceivedBody open(String token, Access access) throws IOException {
    Upload upload = read(token, access);
    return ReceivedBody.kept(whole(upload), upload.fileName());
  }

  /// The file of a token.
  ///
  /// @throws Refusal 404 where it did not come yet, or not to its end
  UploadFile whole(Upload upload) throws IOException {
    UploadFile file = file(upload);
    if (!file.isComplete()) {
      throw notFound();
    }
    return file;
  }

  /// What the file of a token is: as it was declared, or null where its name tells.
  ///
  /// @throws Refusal 415
  @Nullable InputFormat format(String token, Access access) {
    Upload upload = read(token, access);
    return upload.mediaType().isEmpty() ? null : IngestHead.format(upload.mediaType());
  }

  /// The format that the name of a file tells, null where it tells none.
  public static @Nullable InputFormat byName(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    boolean isPacked = name.endsWith(".gz") || name.endsWith(".zst");
    String plain = isPacked ? name.substring(0, name.lastIndexOf('.')) : name;
    int dot = plain.lastIndexOf('.');
    return switch (plain.substring(dot + 1)) {
      case "csv" -> InputFormat.CSV;
      case "json" -> InputFormat.JSON;
      case "ndjson", "jsonl" -> InputFormat.NDJSON;
      case "geojson" -> InputFormat.GEOJSON;
      case "ndgeojson" -> InputFormat.NDGEOJSON;
      case "parquet" -> InputFormat.PARQUET;
      case "zip" -> InputFormat.ESRISHAPEFILE;
      default -> null;
    };
  }

  /// How a format is read where nobody said: columns are inferred, a CSV has a header.
  static ReadStep readStep(InputFormat format) {
    return switch (format) {
      case CSV ->
          new ReadStep.Csv(null, null, null, null, null, true, true, null, null, null, null);
      case JSON -> new ReadStep.Json(null, null, null, null, null, null);
      case NDJSON -> new ReadStep.NdJson(null, null, null, null, null);
      case GEOJSON -> new ReadStep.GeoJson(null, null);
      case NDGEOJSON -> new ReadStep.NdGeoJson(null, null);
      case PARQUET -> new ReadStep.Parquet(null, null);
      case ESRISHAPEFILE -> new ReadStep.EsriShapefile(null, null, null);
    };
  }

  /// Removes what is left of uploads that have ended. To be called now and then.
  public void tick() throws IOException {
    if (!clock.instant().isBefore(collected.plus(LOOK))) {
      collect();
    }
  }

  // By the time they were written: a token ends before its pieces do.
  private synchronized void collect() throws IOException {
    collected = clock.instant();
    files.values().removeIf(UploadFile::isEmpty);
    Instant oldest = collected.minus(LIFE);
    for (String name : disk.list(folder)) {
      Path file = folder.resolve(name);
      if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
        disk.delete(file);
        int dash = name.indexOf('-');
        files.remove(dash < 0 ? name : name.substring(0, dash));
      }
    }
  }
}

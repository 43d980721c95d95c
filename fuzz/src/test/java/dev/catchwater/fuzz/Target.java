package dev.catchwater.fuzz;

import dev.catchwater.ingest.index.IndexFuzzTest;
import dev.catchwater.ingest.live.record.PushRecordFuzzTest;
import dev.catchwater.ingest.live.record.PushStateFuzzTest;
import dev.catchwater.journal.JournalFuzzTest;
import dev.catchwater.odf.receipt.ReceiptFuzzTest;
import dev.catchwater.server.api.HttpFuzzTest;
import dev.catchwater.server.hook.HookFuzzTest;
import dev.catchwater.server.proof.VerifyFuzzTest;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// What is fuzzed, and with what: `corpus/<method>.gz` has the inputs that reached something new
/// (`tools/pack_corpus.py`), `dictionary/<method>.dict` the words of the format, in libFuzzer's
/// notation.
enum Target {
  ND_JSON("ndJson", 512),
  JSON("json", 512),
  CSV("csv", 512),
  CSV_DIALECT("csvDialect", 512),
  GEO_JSON("geoJson", 512),
  ND_GEO_JSON("ndGeoJson", 512),
  MANIFEST("manifest", 1_024),
  DDL("ddl", 256),
  PARQUET("parquet", 4_096),
  SHAPEFILE("shapefile", 2_048),
  SHAPES("shapes", 1_024),
  PACKED("packed", 512),
  BLOCK("block", 1_024),
  CHAIN_STATE("chainState", 2_048),
  INDEX_MANIFEST("indexManifest", 512),
  JOURNAL("journal", 1_024),
  PUSH_RECORD("pushRecord", 512),
  KEY_LOG("keyLog", 512),
  PRODUCER_FILE("producerFile", 512),
  RECEIPT("receipt", 3_072),
  TLOG_PROOF("tlogProof", 1_024),
  VERIFIER_KEY("verifierKey", 128),
  VERIFY("verify", 1_536),
  CANONICAL_JSON("canonicalJson", 512),
  MEDIA_TYPE("mediaType", 256),
  HTTP("http", 1_024),
  HTTP2("http2", 1_024),
  WEBHOOK("webhook", 1_024);

  private final String method;
  private final int bytesMax;

  Target(String method, int bytesMax) {
    this.method = method;
    this.bytesMax = bytesMax;
  }

  /// The longest input that is made.
  int bytesMax() {
    return bytesMax;
  }

  /// The target of a method's name.
  static Target of(String method) {
    for (Target target : values()) {
      if (target.method.equals(method)) {
        return target;
      }
    }
    throw new IllegalArgumentException("no target " + method);
  }

  /// Reads one input; an error of any kind is a finding.
  void read(byte[] input) {
    switch (this) {
      case ND_JSON -> new TextFuzzTest().ndJson(input);
      case JSON -> new TextFuzzTest().json(input);
      case CSV -> new TextFuzzTest().csv(input);
      case CSV_DIALECT -> new TextFuzzTest().csvDialect(input);
      case GEO_JSON -> new TextFuzzTest().geoJson(input);
      case ND_GEO_JSON -> new TextFuzzTest().ndGeoJson(input);
      case MANIFEST -> new FormatFuzzTest().manifest(input);
      case DDL -> new FormatFuzzTest().ddl(input);
      case PARQUET -> new FileFuzzTest().parquet(input);
      case SHAPEFILE -> new FileFuzzTest().shapefile(input);
      case SHAPES -> new FileFuzzTest().shapes(input);
      case PACKED -> new FileFuzzTest().packed(input);
      case BLOCK -> new FormatFuzzTest().block(input);
      case CHAIN_STATE -> new FormatFuzzTest().chainState(input);
      case INDEX_MANIFEST -> new IndexFuzzTest().indexManifest(input);
      case JOURNAL -> new JournalFuzzTest().journal(input);
      case PUSH_RECORD -> new PushRecordFuzzTest().pushRecord(input);
      case KEY_LOG -> new PushStateFuzzTest().keyLog(input);
      case PRODUCER_FILE -> new PushStateFuzzTest().producerFile(input);
      case RECEIPT -> new ReceiptFuzzTest().receipt(input);
      case TLOG_PROOF -> new ReceiptFuzzTest().tlogProof(input);
      case VERIFIER_KEY -> new ReceiptFuzzTest().verifierKey(input);
      case VERIFY -> new VerifyFuzzTest().verify(input);
      case CANONICAL_JSON -> new VerifyFuzzTest().canonicalJson(input);
      case MEDIA_TYPE -> new HttpFuzzTest().mediaType(input);
      case HTTP -> new HttpFuzzTest().http(input);
      case HTTP2 -> new HttpFuzzTest().http2(input);
      case WEBHOOK -> new HookFuzzTest().webhook(input);
    }
  }

  /// Every input of the corpus.
  List<byte[]> corpus() throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    try (InputStream packed = resource("corpus/" + method + ".gz");
        DataInputStream in = new DataInputStream(new GZIPInputStream(packed))) {
      for (int high = in.read(); high >= 0; high = in.read()) {
        byte[] input = new byte[high << 8 | in.readUnsignedByte()];
        in.readFully(input);
        inputs.add(input);
      }
    }
    return inputs;
  }

  /// The words of the format.
  List<byte[]> dictionary() throws IOException {
    List<byte[]> words = new ArrayList<>();
    try (InputStream in = resource("dictionary/" + method + ".dict")) {
      new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .forEach(line -> words.add(word(line)));
    }
    return words;
  }

  private static InputStream resource(String path) {
    InputStream in = Target.class.getResourceAsStream("/" + path);
    return in == null ? new ByteArrayInputStream(new byte[0]) : in;
  }

  /// A word between quotes, with bytes as `\x0a`.
  private static byte[] word(String line) {
    byte[] word = new byte[line.length()];
    int length = 0;
    for (int i = 1; i < line.length() - 1; i++) {
      if (line.charAt(i) == '\\') {
        word[length++] = (byte) Integer.parseInt(line, i + 2, i + 4, 16);
        i += 3;
      } else {
        word[length++] = (byte) line.charAt(i);
      }
    }
    return java.util.Arrays.copyOf(word, length);
  }
}

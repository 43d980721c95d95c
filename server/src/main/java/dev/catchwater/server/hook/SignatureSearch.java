package dev.catchwater.server.hook;

import dev.catchwater.odf.manifest.JsonTree;
import dev.catchwater.odf.manifest.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/// Looks for the way in which a signature was made: all the mistakes that are common when one is
/// made, sent on or checked, alone and together. The one with the fewest differences from the
/// scheme wins. Used once, by one thread.
final class SignatureSearch {
  private static final int VARIED_BYTES_MAX = 1 << 20;
  private static final int VARIANTS_MAX = 4;
  private static final String[] ALGORITHMS = {"HmacSHA256", "HmacSHA1", "HmacSHA512"};

  private final CapturedRequest request;
  private final Map<String, Seen> seen = new HashMap<>();

  /// A signature that came.
  ///
  /// @param header where
  /// @param spelling `hex`, `base64` or what else it is
  private record Seen(String header, String spelling) {}

  /// What may stand for something in what is signed.
  ///
  /// @param what a sentence about how it differs, null where it does not
  record Variant(byte[] bytes, @Nullable String what) {
    /// As how many differences it counts.
    int count() {
      return what == null ? 0 : 1;
    }
  }

  /// How the signature that came was made.
  ///
  /// @param header where it is
  /// @param spelling how it is spelled
  /// @param algorithm of Java's names
  /// @param differences from what the scheme has, one sentence each
  record Made(String header, String spelling, String algorithm, List<String> differences) {}

  SignatureSearch(CapturedRequest request) {
    this.request = request;
    for (CapturedRequest.Header header : request.headers()) {
      for (String word : header.value().split("[ ,;]", -1)) {
        see(header.name(), word);
        int equals = word.indexOf('=');
        if (equals >= 0) {
          see(header.name(), word.substring(equals + 1));
        }
      }
    }
  }

  private void see(String header, String word) {
    int length = word.length();
    if (length == 40 || length == 64 || length == 128) {
      try {
        byte[] mac = HexFormat.of().parseHex(word);
        String spelling = word.equals(word.toLowerCase(Locale.ROOT)) ? "hex" : "hex in capitals";
        seen.putIfAbsent(HexFormat.of().formatHex(mac), new Seen(header, spelling));
        return;
      } catch (IllegalArgumentException e) {
        // It may be base64.
      }
    }
    boolean isUrl = word.indexOf('-') >= 0 || word.indexOf('_') >= 0;
    try {
      byte[] mac = (isUrl ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(word);
      if (mac.length == 20 || mac.length == 32 || mac.length == 64) {
        boolean isPadded = word.endsWith("=");
        String spelling = isUrl ? "base64url" : isPadded ? "base64" : "base64 without its =";
        seen.putIfAbsent(HexFormat.of().formatHex(mac), new Seen(header, spelling));
      }
    } catch (IllegalArgumentException e) {
      // No signature of any kind.
    }
  }

  /// Whether anything that could be a signature came at all.
  boolean hasAny() {
    return !seen.isEmpty();
  }

  /// Tries everything.
  ///
  /// @param scheme what the request is compared with, null for no scheme
  /// @param before what the scheme signs in front of the body
  @Nullable Made find(@Nullable HookScheme scheme, String before, List<String> secrets) {
    Made best = null;
    // Three mistakes at once are another scheme; of a large body each try costs its size.
    int most = request.body().length > VARIED_BYTES_MAX ? 1 : 2;
    List<Variant> bodies = bodies();
    List<Variant> befores = befores(before);
    for (String secret : secrets) {
      for (Variant key : keys(scheme, secret)) {
        for (String algorithm : ALGORITHMS) {
          Mac mac = HookScheme.mac(algorithm, key.bytes());
          int others = (algorithm.equals(ALGORITHMS[0]) ? 0 : 1) + key.count();
          for (Variant front : befores) {
            for (Variant body : bodies) {
              if (others + front.count() + body.count() > most) {
                continue;
              }
              mac.update(front.bytes());
              Seen hit = seen.get(HexFormat.of().formatHex(mac.doFinal(body.bytes())));
              if (hit != null) {
                Made made = made(scheme, hit, algorithm, key, front, body);
                int differences = made.differences().size();
                best = best == null || differences < best.differences().size() ? made : best;
              }
            }
          }
        }
      }
    }
    return best;
  }

  private static Made made(
      @Nullable HookScheme scheme,
      Seen hit,
      String algorithm,
      Variant key,
      Variant front,
      Variant body) {
    List<String> differences = new ArrayList<>();
    if (scheme != null && !hit.header().equalsIgnoreCase(scheme.header())) {
      differences.add(
          "The right signature is in the header "
              + hit.header()
              + "; it belongs into "
              + scheme.header());
    }
    String wanted = scheme == HookScheme.STANDARD ? "base64" : "hex";
    if (scheme != null && !hit.spelling().equals(wanted)) {
      differences.add(
          "The signature is right, but spelled in "
              + hit.spelling()
              + "; the scheme has "
              + wanted
              + ": the sender is to write it so");
    }
    if (!algorithm.equals(ALGORITHMS[0])) {
      differences.add(
          "It was made with "
              + algorithm.replace("Hmac", "HMAC-")
              + "; the scheme has HMAC-SHA256");
    }
    for (Variant part : List.of(key, front, body)) {
      if (part.what() != null) {
        differences.add(part.what());
      }
    }
    return new Made(hit.header(), hit.spelling(), algorithm, differences);
  }

  private static List<Variant> keys(@Nullable HookScheme scheme, String secret) {
    Map<String, Variant> keys = new LinkedHashMap<>();
    boolean isDecoded = scheme == HookScheme.STANDARD;
    String bare = secret.startsWith("whsec_") ? secret.substring(6) : secret;
    if (isDecoded) {
      byte[] decoded = decoded(bare, false);
      put(keys, decoded, null);
      put(
          keys,
          text(secret),
          "The key was the text of the secret, not the bytes that its base64 stands for: the sender"
              + " is to decode what is behind whsec_. Or keep it here as whsec_ and the base64 of"
              + " that text");
    } else {
      put(keys, text(secret), null);
      put(
          keys,
          decoded(bare, false),
          "The key was what the secret stands for in base64; the scheme takes its text as it is");
    }
    put(
        keys,
        text(bare),
        "The key was the secret without whsec_ in front"
            + (isDecoded ? ", and not decoded from base64" : ""));
    put(keys, decoded(bare, true), "The key was decoded from base64url, which has - and _");
    put(keys, hex(bare), "The key was what the secret stands for in hex");
    put(
        keys,
        text(secret + "\n"),
        "The sender's secret has an end of line behind it: take it away there");
    put(
        keys,
        text(secret.strip()),
        "The secret here has spaces around it that the sender's has not: take them away");
    return List.copyOf(keys.values());
  }

  // The first way to come to some bytes is the one that is told.
  private static void put(Map<String, Variant> to, byte @Nullable [] bytes, @Nullable String what) {
    if (bytes != null && bytes.length > 0) {
      to.putIfAbsent(HexFormat.of().formatHex(bytes), new Variant(bytes, what));
    }
  }

  private static byte @Nullable [] decoded(String text, boolean isUrl) {
    try {
      return (isUrl ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte @Nullable [] hex(String text) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private List<Variant> befores(String before) {
    Map<String, Variant> befores = new LinkedHashMap<>();
    befores.put(before, new Variant(text(before), null));
    List<String> times = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (CapturedRequest.Header header : request.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (name.endsWith("timestamp")) {
        times.add(header.value());
      } else if (name.endsWith("-id") || name.endsWith("-delivery")) {
        ids.add(header.value());
      } else if (name.endsWith("signature")) {
        times.addAll(inside(header.value()));
      }
    }
    times.subList(Math.min(VARIANTS_MAX, times.size()), times.size()).clear();
    ids.subList(Math.min(VARIANTS_MAX, ids.size()), ids.size()).clear();
    addFront(befores, "", "the body alone");
    for (String time : List.copyOf(times)) {
      boolean isMillis = time.length() > 11;
      times.add(isMillis ? time.substring(0, time.length() - 3) : time + "000");
    }
    for (String time : times) {
      addFront(befores, time + ".", "timestamp.body");
      addFront(befores, time, "the timestamp and the body without anything between them");
      addFront(befores, "v0:" + time + ":", "v0:timestamp:body");
      addFront(befores, time + ":", "timestamp:body");
      for (String id : ids) {
        addFront(befores, id + "." + time + ".", "id.timestamp.body, with " + id + " and " + time);
        addFront(befores, time + "." + id + ".", "timestamp.id.body");
      }
    }
    return List.copyOf(befores.values());
  }

  // The time of `t=1492774577,v1=…`.
  private static List<String> inside(String signatures) {
    List<String> times = new ArrayList<>();
    for (String part : signatures.split(",", -1)) {
      if (part.strip().startsWith("t=")) {
        times.add(part.strip().substring(2));
      }
    }
    return times;
  }

  private static void addFront(Map<String, Variant> to, String before, String what) {
    to.putIfAbsent(
        before, new Variant(text(before), "What was signed is " + what + ": another scheme"));
  }

  private List<Variant> bodies() {
    byte[] raw = request.body();
    Map<String, Variant> bodies = new LinkedHashMap<>();
    bodies.put("", new Variant(raw, null));
    if (raw.length > VARIED_BYTES_MAX) {
      return List.copyOf(bodies.values());
    }
    String latin = new String(raw, StandardCharsets.ISO_8859_1);
    String stripped = latin.stripTrailing();
    addBody(
        bodies,
        stripped,
        "The body that was signed has no end of line behind it; this one has: something put it"
            + " there, such as an editor or echo");
    addBody(
        bodies,
        stripped + "\n",
        "The body that was signed has an end of line behind it; this one has none: something took"
            + " it away, such as $(…) in a shell");
    addBody(bodies, latin.replace("\r\n", "\n"), "The ends of lines of the body were changed");
    addBody(
        bodies,
        latin.replace("\r\n", "\n").replace("\n", "\r\n"),
        "The ends of lines of the body were changed");
    Tree tree = JsonTree.read(new String(raw, StandardCharsets.UTF_8).strip());
    if (tree != null) {
      String what =
          "The signature is that of the same JSON written differently (%s): something on the way"
              + " parsed the body and wrote it anew. Let it hand on the bytes as they came";
      StringBuilder compact = new StringBuilder();
      JsonTree.write(compact, tree);
      addJson(bodies, compact.toString(), what.formatted("without spaces"));
      addJson(bodies, spaced(tree), what.formatted("with spaces behind , and :"));
      for (int indent : new int[] {2, 4}) {
        String pretty = pretty(tree, indent, 0);
        addJson(bodies, pretty, what.formatted("indented by " + indent));
        addJson(bodies, pretty + "\n", what.formatted("indented by " + indent));
      }
    }
    return List.copyOf(bodies.values());
  }

  private static void addBody(Map<String, Variant> to, String latin, String what) {
    to.putIfAbsent(latin, new Variant(latin.getBytes(StandardCharsets.ISO_8859_1), what));
  }

  private static void addJson(Map<String, Variant> to, String json, String what) {
    byte[] bytes = text(json);
    to.putIfAbsent(new String(bytes, StandardCharsets.ISO_8859_1), new Variant(bytes, what));
    StringBuilder ascii = new StringBuilder();
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c < 0x80) {
        ascii.append(c);
      } else {
        ascii.append("\\u").append(HexFormat.of().toHexDigits(c));
      }
    }
    to.putIfAbsent(ascii.toString(), new Variant(text(ascii.toString()), what));
  }

  private static String spaced(Tree tree) {
    StringBuilder text = new StringBuilder();
    switch (tree) {
      case Tree.Items items -> {
        text.append('[');
        for (Tree item : items.items()) {
          text.append(text.length() > 1 ? ", " : "").append(spaced(item));
        }
        text.append(']');
      }
      case Tree.Fields fields -> {
        text.append('{');
        for (Map.Entry<String, Tree> field : fields.fields().entrySet()) {
          text.append(text.length() > 1 ? ", " : "").append(quoted(field.getKey()));
          text.append(": ").append(spaced(field.getValue()));
        }
        text.append('}');
      }
      case Tree.Text _, Tree.Literal _ -> JsonTree.write(text, tree);
    }
    return text.toString();
  }

  private static String pretty(Tree tree, int indent, int depth) {
    String inner = "\n" + " ".repeat(indent * (depth + 1));
    String outer = "\n" + " ".repeat(indent * depth);
    StringBuilder text = new StringBuilder();
    switch (tree) {
      case Tree.Items items when !items.items().isEmpty() -> {
        text.append('[');
        for (Tree item : items.items()) {
          text.append(text.length() > 1 ? "," : "").append(inner);
          text.append(pretty(item, indent, depth + 1));
        }
        text.append(outer).append(']');
      }
      case Tree.Fields fields when !fields.fields().isEmpty() -> {
        text.append('{');
        for (Map.Entry<String, Tree> field : fields.fields().entrySet()) {
          text.append(text.length() > 1 ? "," : "").append(inner).append(quoted(field.getKey()));
          text.append(": ").append(pretty(field.getValue(), indent, depth + 1));
        }
        text.append(outer).append('}');
      }
      default -> JsonTree.write(text, tree);
    }
    return text.toString();
  }

  private static String quoted(String name) {
    StringBuilder text = new StringBuilder();
    JsonTree.write(text, new Tree.Text(name));
    return text.toString();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

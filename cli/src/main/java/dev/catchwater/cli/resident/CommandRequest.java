package dev.catchwater.cli.resident;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A command line as it comes from the client, with the world around it.
///
/// On the wire it is fields of UTF-8 that each end with a zero byte: the version of the protocol,
/// the build, the mount namespace, the root folder, the mask of new files, the current folder, the
/// digits of the streams that are terminals, how many words, the words, then `NAME=value` for each
/// variable.
///
/// @param build which build the launcher belongs to
/// @param namespace the mount namespace (`mnt:[4026531841]`), empty where there is none
/// @param rootFolder device and number of `/`, `2049:2`
/// @param mask the mask of new files, octal, `0022`
/// @param folder the current folder
/// @param terminals the digits of the streams that are terminals, `012`
/// @param words the command line
/// @param environment the variables that commands read
record CommandRequest(
    String build,
    String namespace,
    String rootFolder,
    String mask,
    String folder,
    String terminals,
    List<String> words,
    Map<String, String> environment) {

  /// The version of the protocol. Its meaning may change with any build, because client and engine
  /// are of one build or do not work together.
  static final String VERSION = "1";

  private static final int FIELDS = 8;

  CommandRequest {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /// Reads the payload of a frame.
  ///
  /// @throws IOException naming what is not as it must be; the command is to run cold
  static CommandRequest parse(byte[] payload) throws IOException {
    List<String> fields = fields(payload);
    if (fields.isEmpty() || !fields.getFirst().equals(VERSION)) {
      throw new IOException("another version of the protocol");
    }
    if (fields.size() < FIELDS) {
      throw new IOException("a request without all its fields");
    }
    int count;
    try {
      count = Integer.parseInt(fields.get(FIELDS - 1));
    } catch (NumberFormatException e) {
      throw new IOException("a request without the number of its words", e);
    }
    if (count < 0 || count > fields.size() - FIELDS) {
      throw new IOException("a request without all its words");
    }
    Map<String, String> environment = new TreeMap<>();
    for (String variable : fields.subList(FIELDS + count, fields.size())) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return new CommandRequest(
        fields.get(1),
        fields.get(2),
        fields.get(3),
        fields.get(4),
        fields.get(5),
        fields.get(6),
        fields.subList(FIELDS, FIELDS + count),
        environment);
  }

  private static List<String> fields(byte[] payload) throws IOException {
    List<String> fields = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < payload.length; i++) {
      if (payload[i] == 0) {
        try {
          // A name that is no UTF-8 means the same only to a process of its own.
          ByteBuffer field = ByteBuffer.wrap(payload, from, i - from);
          fields.add(StandardCharsets.UTF_8.newDecoder().decode(field).toString());
        } catch (CharacterCodingException e) {
          throw new IOException("words that are no UTF-8", e);
        }
        from = i + 1;
      }
    }
    return fields;
  }

  /// The payload of a frame.
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String field : new String[] {VERSION, build, namespace, rootFolder, mask, folder}) {
      add(bytes, field);
    }
    add(bytes, terminals);
    add(bytes, Integer.toString(words.size()));
    for (String word : words) {
      add(bytes, word);
    }
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      add(bytes, variable.getKey() + "=" + variable.getValue());
    }
    return bytes.toByteArray();
  }

  private static void add(ByteArrayOutputStream bytes, String field) {
    bytes.writeBytes(field.getBytes(StandardCharsets.UTF_8));
    bytes.write(0);
  }

  /// The setting of the language, which says what the bytes of names mean.
  String locale() {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  /// Whether nothing but ASCII is in it, which means the same in every locale.
  boolean isAscii() {
    for (byte one : bytes()) {
      if (one < 0) {
        return false;
      }
    }
    return true;
  }
}

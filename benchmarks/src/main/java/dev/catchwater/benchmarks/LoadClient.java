package dev.catchwater.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// A client that stays and does one load after the other, so that each finds it compiled. Reads a
/// line of `key=value` words for each from standard input and answers with a line of JSON.
///
/// `do=push port= path= form=ndjson|ilp rows= connections= warm= measure= expect= rate=` pushes in
/// a closed loop (`rate=0`) or at a rate; `warm` and `measure` are milliseconds, `token=` is sent
/// with each. `do=ask port= push= query= count=` pushes a row and asks for it when it is
/// acknowledged. `do=look port= path= keys= warm= count=` asks for rows by key, or, of no keys, for
/// one path. `do=follow port= path= events= form=sse|ws followers= rate= rows= warm= measure=`
/// pushes at a rate of rows while many follow.
public final class LoadClient {
  private LoadClient() {}

  /// Runs until standard input ends.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Map<String, String> words = new HashMap<>();
      for (String word : line.split(" ", -1)) {
        int equals = word.indexOf('=');
        words.put(word.substring(0, equals), word.substring(equals + 1));
      }
      Words asked = new Words(words);
      System.out.println(
          switch (asked.text("do")) {
            case "ask" -> AskAtAck.run(asked);
            case "look" -> LookUps.run(asked);
            case "follow" -> FollowLoad.run(asked);
            default -> PushLoad.run(asked);
          });
    }
  }

  /// What a line says.
  record Words(Map<String, String> words) {
    String text(String key) {
      return words.getOrDefault(key, "");
    }

    int number(String key) {
      String value = words.get(key);
      return value == null ? 0 : Integer.parseInt(value);
    }
  }
}

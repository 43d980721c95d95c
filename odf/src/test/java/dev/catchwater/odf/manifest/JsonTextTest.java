package dev.catchwater.odf.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  private static final String ODD = "\"\\\n\r\t\b\f\u0000\u001f\u007fé漢";

  @Test
  void aTextCopiedAtOnceIsTheOneMadeLetterByLetter() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(12);
      for (int j = 0; j < length; j++) {
        boolean isOdd = random.nextInt(6) == 0;
        text.append(isOdd ? ODD.charAt(random.nextInt(ODD.length())) : (char) ('a' + j));
      }
      StringBuilder quoted = new StringBuilder();
      JsonText.quote(quoted, text.toString());
      assertThat(quoted.toString()).isEqualTo(letterByLetter(text.toString()));
    }
  }

  private static String letterByLetter(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int odd = "\"\\\n\r\t\b\f".indexOf(c);
      if (odd >= 0) {
        quoted.append('\\').append("\"\\nrtbf".charAt(odd));
      } else if (c < ' ') {
        quoted.append("\\u00").append(c < 16 ? "0" : "").append(Integer.toHexString(c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}

package dev.catchwater.odf.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JsonBytesTest {
  private static final String[] PIECES = {
    "a",
    "Z",
    " ",
    "\"",
    "\\",
    "/",
    "\n",
    "\r",
    "\t",
    "\b",
    "\f",
    "\0",
    "\u001f",
    "\u007f",
    "\u0080",
    "\u07ff",
    "\u0800",
    "\u2014",
    "\uffff",
    "\ud83d\ude00",
    "\ud83d",
    "\ude00"
  };

  private final SplittableRandom random = new SplittableRandom(20_261_122);

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(12); left > 0; left--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private Tree tree(int depth) {
    return switch (random.nextInt(depth == 0 ? 2 : 4)) {
      case 0 -> new Tree.Text(text());
      case 1 -> new Tree.Literal(Long.toString(random.nextLong()));
      case 2 -> {
        List<Tree> items = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
          items.add(tree(depth - 1));
        }
        yield new Tree.Items(items);
      }
      default -> {
        Tree.Fields fields = new Tree.Fields();
        for (int left = random.nextInt(4); left > 0; left--) {
          fields.put(text(), tree(depth - 1));
        }
        yield fields;
      }
    };
  }

  @Test
  void gives_the_bytes_of_the_text_that_the_plain_writer_gives() {
    for (int i = 0; i < 20_000; i++) {
      Tree tree = tree(3);
      StringBuilder plain = new StringBuilder();
      JsonTree.write(plain, tree);
      assertThat(JsonBytes.of(tree, random.nextInt(64)))
          .isEqualTo(plain.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}

package dev.catchwater.odf.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Hashes, ids and names: the pairs of odf-format §2, and what is refused (BAD88 to BAD91).
class IdentityTest {
  private static final String HEX =
      "9eb949bd8ff0bb1d827f11809aebc6bd0d5955c7f368469a913c70d196620272";
  private static final String DID =
      "did:odf:fed012e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6";

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CatchwaterException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_NAME));
  }

  @Test
  void aHashHasATextAndABinaryForm() {
    Multihash hash = Multihash.sha3("prev".getBytes(StandardCharsets.US_ASCII));
    assertThat(hash).hasToString("f1620" + HEX);
    assertThat(hash.toBytes()).isEqualTo(HexFormat.of().parseHex("1620" + HEX));
    assertThat(Multihash.fromBytes(hash.toBytes())).isEqualTo(hash).hasSameHashCodeAs(hash);
    assertThat(Multihash.parse("F1620" + HEX.toUpperCase(Locale.ROOT))).isEqualTo(hash);
    String base64 = Base64.getUrlEncoder().withoutPadding().encodeToString(hash.toBytes());
    assertThat(Multihash.parse("u" + base64)).isEqualTo(hash);
    Multihash logical = Multihash.of(Multihash.ARROW0_SHA3_256, hash.digest());
    assertThat(logical).hasToString("f9680c00120" + HEX).isNotEqualTo(hash);
    assertThat(Multihash.parse(logical.toString())).isEqualTo(logical);
  }

  @Test
  void BAD91_hashesThatAreNone() {
    for (String text :
        List.of(
            "",
            "f",
            "f1620",
            "f1620" + HEX + "\n",
            "f1620" + HEX + "00",
            "f1621" + HEX,
            "f16" + HEX,
            "x1620" + HEX,
            "1620" + HEX,
            "f1620" + HEX.substring(2),
            "f8080808080808080",
            "z0OIl",
            "u" + "=".repeat(9),
            "f" + "0".repeat(1_000))) {
      refused(() -> Multihash.parse(text));
    }
    refused(() -> Multihash.of(0x16, new byte[33]));
  }

  @Test
  void anIdHasThreeForms() {
    DatasetId id = DatasetId.parse(DID);
    assertThat(id).hasToString(DID);
    assertThat(id.multibase()).isEqualTo(DID.substring(8));
    assertThat(DatasetId.parse("did:odf:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"))
        .isEqualTo(id);
    assertThat(DatasetId.fromBytes(id.toBytes())).isEqualTo(id).hasSameHashCodeAs(id);
    DatasetId made = DatasetId.create(new Random(5));
    assertThat(made).isEqualTo(DatasetId.create(new Random(5))).isNotEqualTo(id);
    assertThat(DatasetId.isDid(DID)).isTrue();
    assertThat(DatasetId.isDid("gps")).isFalse();
  }

  @Test
  void BAD91_idsThatAreNone() {
    for (String text :
        List.of(
            "gps",
            "did:odf:",
            "did:key:z6Mk",
            "did:odf:fed01",
            DID + "00",
            DID.substring(0, DID.length() - 1),
            DID.replace("fed01", "fed02"),
            DID.replace("did:odf:f", "did:odf:x"),
            "did:odf:z111")) {
      refused(() -> DatasetId.parse(text));
    }
  }

  @Test
  void namesAreOfTheGrammar() {
    for (String name :
        List.of("a", "A1", "foo-bar.baz", "no", "2024-01-01", "a.b.c-d", "x".repeat(100), "con")) {
      assertThat(DatasetName.parse(name)).hasToString(name);
    }
  }

  @Test
  void BAD88_namesOutsideTheGrammar() {
    for (String name :
        List.of(
            "..",
            ".",
            "a/../b",
            "/etc/passwd",
            "a//b",
            "-x",
            "x-",
            "a..b",
            ".a",
            "a.",
            "a_b",
            "",
            " ",
            "a b",
            "a\t",
            "a\u0000",
            "a\n",
            "*",
            "%2e%2e",
            "a-.b",
            "a.-b",
            "a--b",
            "x".repeat(101),
            "x".repeat(254))) {
      refused(() -> DatasetName.parse(name));
    }
  }

  @Test
  void BAD89_namesAreComparedWithoutCaseInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.of("tr", "TR"));
      DatasetName upper = DatasetName.parse("TITLE");
      DatasetName lower = DatasetName.parse("title");
      assertThat(upper).isEqualTo(lower).hasSameHashCodeAs(lower).isEqualByComparingTo(lower);
      assertThat(upper.lowerCase()).isEqualTo("title");
      assertThat(upper).hasToString("TITLE");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void BAD90_lettersThatLookLikeOthersAreNamed() {
    assertThatThrownBy(() -> DatasetName.parse("g\u0430s")).hasMessageContaining("U+0430");
    assertThatThrownBy(() -> DatasetName.parse("\uff47ps")).hasMessageContaining("U+FF47");
    assertThatThrownBy(() -> DatasetName.parse("a\ud83d\ude00")).hasMessageContaining("U+1F600");
    assertThatThrownBy(() -> DatasetName.parse("a\u202eb"))
        .hasMessageContaining("U+202E")
        .hasMessageNotContaining("\u202e");
  }
}

package dev.catchwater.ingest.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SipHashTest {
  /// The first, second and ninth of the authors' vectors (`vectors_sip128`): key 00…0f, input of so
  /// many bytes 00, 01, 02, …
  @Test
  void theAuthorsVectorsComeOut() {
    assertThat(hash(0)).isEqualTo("a3817f04ba25a8e66df67214c7550293");
    assertThat(hash(1)).isEqualTo("da87c1d86b99af44347659119b22fc45");
    assertThat(hash(8)).isEqualTo("3b62a9ba6258f5610f83e264f31497b4");
  }

  @Test
  void theOffsetIsObeyed() {
    SipHash sip = new SipHash(1, 2);
    sip.hash(new byte[] {9, 9, 1, 2, 3, 9}, 2, 3);
    long high = sip.high();
    long low = sip.low();
    sip.hash(new byte[] {1, 2, 3}, 0, 3);
    assertThat(sip.high()).isEqualTo(high);
    assertThat(sip.low()).isEqualTo(low);
  }

  private static String hash(int length) {
    byte[] input = new byte[length];
    for (int i = 0; i < length; i++) {
      input[i] = (byte) i;
    }
    SipHash sip = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    sip.hash(input, 0, length);
    byte[] out = new byte[16];
    ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN).putLong(sip.high()).putLong(sip.low());
    return HexFormat.of().formatHex(out);
  }
}

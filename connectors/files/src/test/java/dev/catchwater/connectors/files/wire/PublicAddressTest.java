package dev.catchwater.connectors.files.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicAddressTest {
  private static final List<String> PRIVATE =
      List.of(
          "127.0.0.1",
          "127.1",
          "2130706433",
          "10.1.2.3",
          "172.16.0.1",
          "172.31.255.255",
          "192.168.0.1",
          "100.64.0.1",
          "100.127.255.255",
          "192.0.2.1",
          "198.18.0.1",
          "198.51.100.7",
          "203.0.113.9",
          "::1",
          "fc00::1",
          "fd12::1",
          "::ffff:10.0.0.1",
          "64:ff9b::7f00:1",
          "2002:7f00:1::",
          "2001:db8::1");

  private static final List<String> NEVER =
      List.of(
          "169.254.169.254",
          "169.254.0.1",
          "0.0.0.0",
          "0.1.2.3",
          "224.0.0.1",
          "255.255.255.255",
          "240.0.0.1",
          "192.0.0.192",
          "100.100.100.200",
          "::",
          "fe80::1",
          "ff02::1",
          "fd00:ec2::254",
          "::ffff:169.254.169.254",
          "64:ff9b::a9fe:a9fe",
          "2002:a9fe:a9fe::",
          "::169.254.169.254");

  private static final List<String> PUBLIC =
      List.of(
          "8.8.8.8",
          "100.63.255.255",
          "100.128.0.1",
          "172.32.0.1",
          "192.0.1.1",
          "198.20.0.1",
          "2606:4700::1111",
          "2a00:1450::5",
          "64:ff9b::808:808");

  @Test
  void TH31_addressesOfThisNetworkAreNotPublic() throws UnknownHostException {
    for (String text : PRIVATE) {
      InetAddress address = InetAddress.getByName(text);
      assertThat(PublicAddress.isPublic(address)).as(text).isFalse();
      assertThat(PublicAddress.isNever(address)).as(text).isFalse();
    }
  }

  @Test
  void TH31_addressesWhereSecretsAreToldAreNeverAllowed() throws UnknownHostException {
    for (String text : NEVER) {
      InetAddress address = InetAddress.getByName(text);
      assertThat(PublicAddress.isNever(address)).as(text).isTrue();
      assertThat(PublicAddress.isPublic(address)).as(text).isFalse();
    }
  }

  @Test
  void othersArePublic() throws UnknownHostException {
    for (String text : PUBLIC) {
      assertThat(PublicAddress.isPublic(InetAddress.getByName(text))).as(text).isTrue();
    }
  }

  @Test
  void TH31_aLimitedReachRefusesHostsThatAreNotListedAndListedOnesInPrivateNetworks() {
    Reach reach = Reach.only(List.of("Localhost", "169.254.169.254"), false);
    for (String host : List.of("example.org", "127.0.0.1", "localhost", "169.254.169.254")) {
      assertThatThrownBy(() -> reach.resolve(host))
          .as(host)
          .isInstanceOfSatisfying(
              CatchwaterException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.TARGET_NOT_ALLOWED));
    }
    Reach inside = Reach.only(List.of("localhost", "169.254.169.254"), true);
    assertThat(inside.resolve("localhost")).isNotEmpty();
    assertThatThrownBy(() -> inside.resolve("169.254.169.254"))
        .isInstanceOf(CatchwaterException.class);
    assertThat(Reach.everywhere().resolve("127.0.0.1")).hasSize(1);
  }
}

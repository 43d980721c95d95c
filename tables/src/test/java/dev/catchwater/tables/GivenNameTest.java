package dev.catchwater.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.identity.DatasetName;
import java.util.List;
import org.junit.jupiter.api.Test;

class GivenNameTest {
  @Test
  void anUnderscoreIsADashInTheDatasetsName() {
    GivenName name = GivenName.parse("My_Table");
    assertThat(name.shown()).isEqualTo("My_Table");
    assertThat(name.dataset()).isEqualTo(DatasetName.parse("my-table"));
    assertThat(name.version(2).toString()).isEqualTo("My-Table.v2");
  }

  @Test
  void theEndOfAVersionIsNoEndOfAName() {
    for (String name : List.of("a.v1", "a.V23", "a_b.v0")) {
      assertThatThrownBy(() -> GivenName.parse(name))
          .isInstanceOf(CatchwaterException.class)
          .hasMessageContaining("version");
      assertThat(GivenName.find(name)).isNull();
    }
    for (String name : List.of("v1", "a.v", "a.v1x", "a-v1", "a.v1.b")) {
      assertThat(GivenName.parse(name).dataset().toString()).isEqualTo(name);
    }
  }

  @Test
  void whatNoDatasetCouldBeCalledIsRefused() {
    for (String name : List.of("", "_a", "a__b", "a b", "ä", "a/b", "x".repeat(101))) {
      assertThatThrownBy(() -> GivenName.parse(name)).isInstanceOf(CatchwaterException.class);
      assertThat(GivenName.find(name)).isNull();
    }
  }
}

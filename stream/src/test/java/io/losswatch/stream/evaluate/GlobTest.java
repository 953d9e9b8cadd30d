package io.losswatch.stream.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest(name = "{0} takes ''{1}'': {2}")
  @CsvSource({
    "digits, digits, true",
    "digits, digits-small, false",
    "digits, my-digits, false",
    "digits, Digits, false",
    "digits*, digits, true",
    "digits*, digits-small, true",
    "*, '', true",
    "*, anything/at all, true",
    "'', '', true",
    "'', a, false",
    "*-v2, a-v2, true",
    "*-v2, a-v2-b, false",
    "a*b*c, abc, true",
    "a*b*c, a--b--b--c, true",
    "a*b*c, acb, false",
    "?, a, true",
    "?, '', false",
    "?, ab, false",
    "a?c, abc, true",
    "a?c, ac, false",
    "?, \uD83D\uDE00, true",
    "\uD83D\uDE00*, \uD83D\uDE00!, true",
    "a.c, a.c, true",
    "a.c, abc, false",
    "a+, a+, true",
    "a+, aa, false",
    "[ab], [ab], true",
    "[ab], a, false",
    "(a|b), (a|b), true",
    "(a|b), a, false",
    "a{2}, a{2}, true",
    "^a$, ^a$, true",
    "^a$, a, false",
    "\\w, \\w, true",
    "\\w, x, false",
    "\\Qa\\E, \\Qa\\E, true",
    "\\Qa\\E, a, false",
    "\\E*, \\Eb, true",
  })
  void glob_ofAName_takesIt(String glob, String model, boolean takes) {
    assertThat(new Glob(glob).matches(model)).isEqualTo(takes);
  }

  @ParameterizedTest
  @CsvSource({"a*b, true", "a?b, true", "a?, false"})
  void glob_nameWithALineBreak_isLikeAnyOther(String glob, boolean takes) {
    assertThat(new Glob(glob).matches("a\nb")).isEqualTo(takes);
  }
}

package dev.catchwater.testkit;

import java.lang.reflect.Method;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/// Runs [Seeded] tests.
final class SeededExtension implements TestTemplateInvocationContextProvider {

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context
        .getTestMethod()
        .map(method -> method.isAnnotationPresent(Seeded.class))
        .orElse(false);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    Method method = context.getRequiredTestMethod();
    String asked = System.getProperty("tests.seed");
    if (asked != null) {
      return Stream.of(new Iteration(Long.decode(asked)));
    }
    int iterations =
        Integer.getInteger("tests.iters", method.getAnnotation(Seeded.class).iterations());
    long first = (method.getDeclaringClass().getName() + '#' + method.getName()).hashCode();
    SplittableRandom seeds = new SplittableRandom(first);
    return IntStream.range(0, iterations).mapToObj(i -> new Iteration(seeds.nextLong()));
  }

  private record Iteration(long seed)
      implements TestTemplateInvocationContext, ParameterResolver, TestExecutionExceptionHandler {

    @Override
    public String getDisplayName(int invocationIndex) {
      return "seed " + seed;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == RandomGenerator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return new SplittableRandom(seed);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
        throws Throwable {
      failure.addSuppressed(new AssertionError("repeat with -Dtests.seed=" + seed));
      throw failure;
    }
  }
}

/// What a JVM costs before it does anything: the unit that one-row commands are measured in.
final class Hello {
  private Hello() {}

  public static void main(String[] arguments) {
    System.out.println("Hello, world");
  }
}

package io.vouchsafe.cli;

import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Entry point of the command line.
@Command(
    name = "vouchsafe",
    description = "Confidential containers: keys only for what was vouched for.",
    version = Vouchsafe.VERSION)
public final class Vouchsafe implements Runnable {
  /// The program and its version, as it is printed and signed.
  static final String VERSION = "vouchsafe 0.1.0";

  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          RunCommand.class,
          ImageCommand.class,
          TrustCommand.class,
          CollateralCommand.class,
          ResourceCommand.class,
          ReferenceValueCommand.class,
          WhyCommand.class,
          VerifyCommand.class,
          PolicyCommand.class,
          TenantCommand.class,
          ExplainCommand.class,
          DoctorCommand.class,
          MeasureCommand.class,
          ConformanceCommand.class,
          TrainCommand.class,
          CommandLine.HelpCommand.class);

  @Spec CommandSpec spec;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  boolean versionAsked;

  @Option(
      names = "--stacktrace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  boolean stacktrace;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /// Runs the command line and ends the process with its status.
  public static void main(String[] args) {
    System.exit(commandLine(args).execute(args));
  }

  /// The command line as `args` need it: setting up all commands takes longer than most of them, so
  /// where one is named first there is only that one.
  static CommandLine commandLine(String... args) {
    Vouchsafe root = new Vouchsafe();
    CommandLine line = new CommandLine(root);
    List<Class<?>> asked = COMMANDS.stream().filter(command -> isNamed(command, args)).toList();
    (asked.isEmpty() ? COMMANDS : asked).forEach(line::addSubcommand);
    addHelp(line);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((failure, command, _) -> root.report(failure, command));
    line.setParameterExceptionHandler((failure, _) -> {
      PrintWriter err = failure.getCommandLine().getErr();
      err.println("vouchsafe: " + withoutCause(String.valueOf(failure.getMessage())));
      err.println(
          "See: %s --help".formatted(failure.getCommandLine().getCommandSpec().qualifiedName(" ")));
      err.flush();
      return Failure.STATUS;
    });
    return line;
  }

  private static boolean isNamed(Class<?> command, String... args) {
    boolean needsAll = command == CommandLine.HelpCommand.class;
    return args.length > 0
        && !needsAll
        && command.getAnnotation(Command.class).name().equals(args[0]);
  }

  /// `--help` for every command; an inherited option would meet the one that `help` brings along.
  private static void addHelp(CommandLine line) {
    if (line.getCommandSpec().userObject() instanceof CommandLine.HelpCommand) {
      return;
    }
    line.getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .usageHelp(true)
                .description("Show this help.")
                .build());
    line.getSubcommands().values().forEach(Vouchsafe::addHelp);
  }

  /// A message of the parser without the Java exception that it may quote in parentheses.
  private static String withoutCause(String message) {
    return message.replaceFirst("(?s) \\([\\w.$]+(?:Exception|Error): .*\\)$", "");
  }

  private int report(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    int status = Failure.STATUS;
    if (Ending.underway()) {
      return status;
    }
    switch (failure) {
      case Failure known -> {
        known.refusal().ifPresentOrElse(refusal -> print(err, refusal), () -> message(err, known));
        status = known.status();
      }
      case RefusedException refused -> print(err, refused.refusal());
      default -> message(err, failure);
    }
    if (stacktrace) {
      failure.printStackTrace(err);
    }
    err.flush();
    return status;
  }

  private static void message(PrintWriter err, Exception failure) {
    err.println("vouchsafe: " + text(failure));
  }

  /// Of files the JDK's exceptions say nothing but the name.
  private static String text(Exception failure) {
    String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return switch (failure) {
      case Failure _ -> text;
      case NoSuchFileException _ -> "no such file: " + text;
      case AccessDeniedException _ -> "no access to the file: " + text;
      default -> failure.getClass().getSimpleName() + ": " + text;
    };
  }

  static void print(PrintWriter err, Refusal refusal) {
    err.println("refused   " + refusal.code());
    err.println("  check     " + refusal.check());
    err.println("  expected  " + refusal.expected());
    err.println("  found     " + refusal.found());
    err.println("  remedy    " + refusal.remedy());
  }

  /// A refusal as the members that every `--json` document uses for one.
  static Json.Obj json(Refusal refusal) {
    return Json.object()
        .put("code", refusal.code().name())
        .put("check", refusal.check())
        .put("expected", refusal.expected())
        .put("found", refusal.found())
        .put("remedy", refusal.remedy())
        .build();
  }
}

package io.vouchsafe.cli;

import io.vouchsafe.encoding.FormatException;
import io.vouchsafe.encoding.Json;
import io.vouchsafe.verdict.Refusal;
import io.vouchsafe.verdict.RefusedException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
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
    boolean json = asksForJson(args);
    line.setExecutionExceptionHandler((failure, command, _) -> root.report(failure, command, json));
    line.setParameterExceptionHandler((failure, _) -> {
      PrintWriter err = failure.getCommandLine().getErr();
      String message = withoutCause(String.valueOf(failure.getMessage()));
      if (json) {
        document(failure.getCommandLine(), Failure.STATUS, "error", Json.of(message));
      }
      err.println("vouchsafe: " + Shown.text(message));
      err.println(
          "See: %s --help".formatted(failure.getCommandLine().getCommandSpec().qualifiedName(" ")));
      err.flush();
      return Failure.STATUS;
    });
    return line;
  }

  /// Whether whoever reads standard output wants JSON, of a failure too. What stands behind `--` is
  /// not for us.
  private static boolean asksForJson(String... args) {
    for (String arg : args) {
      if (arg.equals("--json")) {
        return true;
      }
      if (arg.equals("--")) {
        return false;
      }
    }
    return false;
  }

  /// The one document of a command that failed.
  private static void document(CommandLine command, int status, String member, Json why) {
    PrintWriter out = command.getOut();
    out.println(Json.object().put("exitCode", status).put(member, why).build().compact());
    out.flush();
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

  private int report(Exception failure, CommandLine command, boolean json) {
    PrintWriter err = command.getErr();
    if (Ending.underway()) {
      return Failure.STATUS;
    }
    int status = failure instanceof Failure known ? known.status() : Failure.STATUS;
    Optional<Refusal> refusal =
        switch (failure) {
          case Failure known -> known.refusal();
          case RefusedException refused -> Optional.of(refused.refusal());
          default -> Optional.empty();
        };
    if (json && refusal.isPresent()) {
      document(command, status, "refusal", json(refusal.get()));
    } else if (json) {
      document(command, status, "error", Json.of(text(failure)));
    }
    refusal.ifPresentOrElse(it -> print(err, it), () -> message(err, failure));
    if (stacktrace) {
      failure.printStackTrace(err);
    }
    err.flush();
    return status;
  }

  private static void message(PrintWriter err, Exception failure) {
    err.println("vouchsafe: " + Shown.text(text(failure)));
  }

  /// Of files the JDK's exceptions say nothing but the name.
  private static String text(Exception failure) {
    String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return switch (failure) {
      case Failure _ -> text;
      case NoSuchFileException _ -> "no such file: " + text;
      case AccessDeniedException _ -> "no access to the file: " + text;
      case FormatException _ -> text;
      default -> failure.getClass().getSimpleName() + ": " + text;
    };
  }

  static void print(PrintWriter err, Refusal refusal) {
    err.println("refused   " + refusal.code());
    member(err, "check", refusal.check());
    member(err, "expected", refusal.expected());
    member(err, "found", refusal.found());
    member(err, "remedy", refusal.remedy());
  }

  /// Further lines stand below the first.
  private static void member(PrintWriter err, String name, String text) {
    String shown = Shown.text(text.stripTrailing()).replace("\n", "\n            ");
    err.println("  %-8s  %s".formatted(name, shown));
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

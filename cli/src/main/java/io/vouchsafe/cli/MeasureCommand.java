package io.vouchsafe.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "measure",
    description = {
      "Predict what hardware will report of a launch, from the files that are started.",
      "Nothing is started, and no such hardware is needed."
    },
    subcommands = {
      MeasureSnpCommand.class,
      MeasureSevCommand.class,
      MeasureSevEsCommand.class,
      MeasureTdxCommand.class,
      MeasureSgxCommand.class,
      MeasureTpmCommand.class
    })
final class MeasureCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}

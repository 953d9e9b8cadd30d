package io.losswatch.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.losswatch");

  @Test
  void modules_dependDownwardsOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("deploy")
        .definedBy("io.losswatch.deploy..")
        .layer("stream")
        .definedBy("io.losswatch.stream..")
        .layer("schemas")
        .definedBy("io.losswatch.schemas..")
        .layer("core")
        .definedBy("io.losswatch.core..")
        .whereLayer("deploy")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("stream")
        .mayOnlyBeAccessedByLayers("deploy")
        .whereLayer("schemas")
        .mayOnlyBeAccessedByLayers("stream", "deploy")
        .whereLayer("core")
        .mayOnlyBeAccessedByLayers("schemas", "stream", "deploy")
        .check(CLASSES);
  }

  @Test
  void commandLine_isOnTopOfAllOtherPackages() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..deploy.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..deploy.cli..")
        .check(CLASSES);
  }

  @Test
  void packagesBelowTheCommandLine_doNotKnowEachOther() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("cli")
        .definedBy("io.losswatch.deploy.cli..")
        .layer("demo")
        .definedBy("io.losswatch.deploy.demo..")
        .layer("tail")
        .definedBy("io.losswatch.deploy.tail..")
        .layer("broker")
        .definedBy("io.losswatch.deploy.broker..")
        .layer("config")
        .definedBy("io.losswatch.deploy.config..")
        .layer("eval")
        .definedBy("io.losswatch.deploy.eval..")
        .layer("audit")
        .definedBy("io.losswatch.deploy.audit..")
        .layer("bench")
        .definedBy("io.losswatch.deploy.bench..")
        .layer("log")
        .definedBy("io.losswatch.deploy.log..")
        .layer("terminal")
        .definedBy("io.losswatch.deploy.terminal..")
        .whereLayer("broker")
        .mayOnlyBeAccessedByLayers("cli", "demo")
        .whereLayer("terminal")
        .mayOnlyBeAccessedByLayers("tail", "demo", "bench")
        .whereLayer("config")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("eval")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("audit")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("bench")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("log")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("tail")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("demo")
        .mayOnlyBeAccessedByLayers("cli")
        .check(CLASSES);
  }

  /**
   * The broker's jars are on the class path of {@code demo}, {@code bench} and {@code broker} only.
   */
  @Test
  void brokerJars_areUsedByTheBrokerPackageOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..deploy.broker..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..", "scala..")
        .check(CLASSES);
  }
}

package io.losswatch.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may know whom in core, and which types the outside sees. */
class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.losswatch.core");

  /** Every public top-level type of the exported packages but {@code window}. */
  private static final Set<String> PUBLIC =
      Set.of(
          "batch.Batch",
          "batch.BatchHeader",
          "batch.LateLabels",
          "batch.Layout",
          "batch.OutputKind",
          "batch.Predictions",
          "batch.Reason",
          "batch.RefusedException",
          "loss.ElementwiseLoss",
          "loss.Loss",
          "loss.LossBuffer",
          "loss.Losses",
          "loss.Metrics",
          "loss.Reduction",
          "tensor.Datatype",
          "tensor.Shape",
          "tensor.Tensor");

  @Test
  void core_dependsOn_theJdkAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.losswatch.core..", "java..", "jdk.incubator.vector..", "org.jspecify..")
        .check(CORE);
  }

  @Test
  void kernel_isKnownTo_lossAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.losswatch.core.loss", "io.losswatch.core.kernel")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.losswatch.core.kernel")
        .check(CORE);
  }

  @Test
  void kernel_knows_tensorAlone() {
    noClasses()
        .that()
        .resideInAPackage("io.losswatch.core.kernel")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.losswatch.core.loss", "io.losswatch.core.window", "io.losswatch.core.batch")
        .check(CORE);
  }

  @Test
  void vectorModule_isKnownTo_kernelAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.losswatch.core.kernel")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(CORE);
  }

  @Test
  void publicTypes_outsideOfWindow_areTheseAlone() {
    Set<String> found = new TreeSet<>();
    for (JavaClass type : CORE) {
      String name = type.getName().substring("io.losswatch.core.".length());
      boolean exported = !name.startsWith("kernel.") && !name.startsWith("window.");
      if (exported && type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass()) {
        found.add(name);
      }
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(PUBLIC);
  }
}

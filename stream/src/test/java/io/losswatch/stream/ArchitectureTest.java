package io.losswatch.stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class ArchitectureTest {
  private static final String ROOT = "io.losswatch.stream";
  private static final List<String> STAGES =
      List.of("consume", "decode", "evaluate", "fold", "publish");
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  /** What users meet, and what a stage shows to the stages behind it and to the wiring. */
  private static final List<String> PUBLIC_TYPES =
      List.of(
          "EmbeddedLossStream",
          "RecordedLossStream",
          "KafkaSettings",
          "LateLabelCounts",
          "LateLabelSettings",
          "Limits",
          "LossStream",
          "Monitor",
          "StreamCounts",
          "StreamHealth",
          "StreamUsage",
          "StreamSettings",
          "TimeSettings",
          "Topics",
          "consume.CommitGrid",
          "consume.ConsumeSettings",
          "consume.Consuming",
          "consume.Effort",
          "consume.Lane",
          "consume.LaneMemory",
          "consume.LaneStart",
          "consume.Obstacles",
          "consume.Ownership",
          "consume.Portion",
          "consume.Pulse",
          "consume.SourcePartition",
          "consume.SourceRecord",
          "consume.StateTopic",
          "consume.Uninterrupted",
          "decode.Decoded",
          "decode.DecodedPortion",
          "decode.Decoding",
          "decode.SchemaFetching",
          "evaluate.Evaluated",
          "evaluate.EvaluatedPortion",
          "evaluate.Evaluating",
          "evaluate.MonitorPlan",
          "fold.DeadLetter",
          "fold.DeltaKey",
          "fold.EmbeddedFolding",
          "fold.LateTally",
          "fold.PaneDeltas",
          "fold.PaneFolding",
          "fold.PaneMemory",
          "fold.RollMemory",
          "fold.RolledPortion",
          "fold.RolledWindow",
          "fold.Roster",
          "fold.SampleDelta",
          "fold.StateChange",
          "fold.Tally",
          "fold.WindowFolding",
          "publish.LossPublishing",
          "publish.LossRecord",
          "publish.PartialPublishing",
          "publish.PublishSettings",
          "publish.Publishing",
          "publish.RollingLosses",
          "publish.Settled",
          "publish.TopicCreation",
          "publish.TransactionUnit");

  /** Settings that stages may read; nothing else of the root package. */
  private static final Set<String> SETTINGS =
      Set.of(
          "Monitor",
          "TimeSettings",
          "StreamSettings",
          "Topics",
          "Limits",
          "KafkaSettings",
          "LateLabelSettings");

  @Test
  void classes_ofTheModule_areAllInTheRootOrInAStage() {
    Set<String> packages =
        CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());

    assertThat(packages)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of(ROOT), STAGES.stream().map(s -> ROOT + "." + s)).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"consume", "decode", "evaluate", "fold", "publish"})
  void stage_ofTheFlow_importsOnlyStagesToItsLeft(String stage) {
    String[] toTheRight =
        STAGES.subList(STAGES.indexOf(stage) + 1, STAGES.size()).stream()
            .map(each -> ROOT + "." + each + "..")
            .toArray(String[]::new);
    if (toTheRight.length > 0) {
      noClasses()
          .that()
          .resideInAPackage(ROOT + "." + stage + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(toTheRight)
          .check(CLASSES);
    }
    noClasses()
        .that()
        .resideInAPackage(ROOT + "." + stage + "..")
        .should()
        .dependOnClassesThat(isOfTheRootButNoSetting())
        .check(CLASSES);
  }

  @Test
  void kafkaClients_areTouchedByConsumePublishAndTheWiringOnly() {
    assertThat(packagesThatUse(type -> type.getPackageName().startsWith("org.apache.kafka")))
        .containsExactlyInAnyOrder(ROOT, ROOT + ".consume", ROOT + ".publish");
  }

  @Test
  void sinksAndSchedulers_areMadeAtTheEdgesOnly() {
    assertThat(
            packagesThatUse(
                type -> type.isEquivalentTo(Sinks.class) || type.isEquivalentTo(Schedulers.class)))
        .isSubsetOf(ROOT, ROOT + ".consume", ROOT + ".publish")
        .contains(ROOT + ".consume");
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void publicTypes_ofTheModule_areThese() {
    Set<String> types =
        CLASSES.stream()
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(JavaClass::isTopLevelClass)
            .map(type -> type.getName().substring(ROOT.length() + 1))
            .collect(Collectors.toSet());

    assertThat(types).containsExactlyInAnyOrderElementsOf(PUBLIC_TYPES);
  }

  private static Set<String> packagesThatUse(Predicate<JavaClass> target) {
    return CLASSES.stream()
        .filter(type ->
            type.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency -> target.test(dependency.getTargetClass())))
        .map(JavaClass::getPackageName)
        .collect(Collectors.toSet());
  }

  private static DescribedPredicate<JavaClass> isOfTheRootButNoSetting() {
    return DescribedPredicate.describe(
        "are of the root package and no settings",
        type -> type.getPackageName().equals(ROOT) && !SETTINGS.contains(outermost(type)));
  }

  private static String outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElseGet(type::getSimpleName);
  }
}

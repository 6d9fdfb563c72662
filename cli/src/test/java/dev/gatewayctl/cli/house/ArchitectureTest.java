package dev.gatewayctl.cli.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The walls of the architecture, read from the compiled classes.
class ArchitectureTest {
  private static JavaClasses classes = new ClassFileImporter().importClasses();

  /// A third-party library and the packages that may import it.
  private static final Map<String, List<String>> OWNERS =
      Map.of(
          "org.snakeyaml", List.of("dev.gatewayctl.policy.syntax"),
          "org.apache.hc", List.of("dev.gatewayctl.runtime.http"),
          "tools.jackson.dataformat", List.of("dev.gatewayctl.policy.syntax"),
          "tools.jackson.core",
              List.of("dev.gatewayctl.policy.syntax", "dev.gatewayctl.runtime.json"),
          "com.google.i18n.phonenumbers", List.of("dev.gatewayctl.runtime.inspect"),
          "com.knuddels", List.of("dev.gatewayctl.runtime.meter"),
          "io.prometheus", List.of("dev.gatewayctl.runtime.gateway"),
          "picocli", List.of("dev.gatewayctl.cli.console", "dev.gatewayctl.cli.command"));

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.gatewayctl");
    assertThat(classes).isNotEmpty();
  }

  @Test
  void everyPackageStandsInTheTable() {
    List<String> known = order();
    SortedSet<String> strangers = new TreeSet<>();
    for (JavaClass type : classes) {
      if (!known.contains(type.getPackageName())) {
        strangers.add(type.getPackageName());
      }
    }
    assertThat(strangers).isEmpty();
  }

  @Test
  void packagesUseOnlyThoseAboveThem() {
    List<String> order = order();
    SortedSet<String> upward = new TreeSet<>();
    for (JavaClass type : classes) {
      int here = order.indexOf(type.getPackageName());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        int there = order.indexOf(dependency.getTargetClass().getPackageName());
        if (there > here) {
          upward.add(
              type.getName()
                  + " uses "
                  + dependency.getTargetClass().getBaseComponentType().getName());
        }
      }
    }
    assertThat(upward).isEmpty();
  }

  @Test
  void librariesAreImportedByTheirOwnersOnly() {
    List<String> strays = new ArrayList<>();
    for (JavaClass type : classes) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getName();
        OWNERS.forEach(
            (library, owners) -> {
              if (target.startsWith(library + ".") && !owners.contains(type.getPackageName())) {
                strays.add(type.getName() + " imports " + target);
              }
            });
      }
    }
    assertThat(strays).isEmpty();
  }

  @Test
  void timeChanceAndEnvironmentArePassedIn() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.gatewayctl.cli..")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDate.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(java.util.Random.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .because("time, chance and environment are passed in, and only cli talks")
        .check(classes);
  }

  /// All packages in one order, lowest first.
  private static List<String> order() {
    List<String> order = new ArrayList<>();
    order.addAll(PackageOrder.full("dev.gatewayctl.policy", PackageOrder.POLICY));
    order.addAll(PackageOrder.full("dev.gatewayctl.runtime", PackageOrder.RUNTIME));
    order.addAll(PackageOrder.full("dev.gatewayctl.cli", PackageOrder.CLI));
    return order;
  }
}

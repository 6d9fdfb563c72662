package dev.gatewayctl.policy.evaluation;

import dev.gatewayctl.policy.evaluation.Node.Failure;
import dev.gatewayctl.policy.expression.Function;
import dev.gatewayctl.policy.expression.TextForms;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/// The parts of moments and durations.
final class Times {
  private Times() {}

  static Object part(Function function, Object[] values) {
    Optional<ZoneId> zone = Optional.of(ZoneOffset.UTC);
    if (values.length == 2) {
      zone = values[1] instanceof String name ? TextForms.zone(name) : Optional.empty();
    }
    if (zone.isEmpty()) {
      return Failure.NOT_CONVERTIBLE;
    }
    return switch (values[0]) {
      case Instant moment -> moment(function, moment.atZone(zone.get()));
      case Duration duration -> duration(function, duration);
      case Object other -> Failure.WRONG_TYPE;
    };
  }

  private static Object moment(Function function, ZonedDateTime time) {
    return switch (function) {
      case FULL_YEAR -> (long) time.getYear();
      case MONTH -> time.getMonthValue() - 1L;
      case DATE -> (long) time.getDayOfMonth();
      case DAY_OF_MONTH -> time.getDayOfMonth() - 1L;
      case DAY_OF_WEEK -> time.getDayOfWeek().getValue() % 7L;
      case DAY_OF_YEAR -> time.getDayOfYear() - 1L;
      case HOURS, HOUR_AT -> (long) time.getHour();
      case MINUTES -> (long) time.getMinute();
      case SECONDS -> (long) time.getSecond();
      case MILLISECONDS -> time.getNano() / 1_000_000L;
      case WEEKDAY_AT -> (long) time.getDayOfWeek().getValue();
      case DATE_AT -> time.toLocalDate().toString();
      case Function other -> Failure.WRONG_TYPE;
    };
  }

  private static Object duration(Function function, Duration duration) {
    return switch (function) {
      case HOURS -> duration.toHours();
      case MINUTES -> duration.toMinutes();
      case SECONDS ->
          duration.isNegative() ? -duration.negated().toSeconds() : duration.toSeconds();
      case MILLISECONDS -> duration.toMillis() % 1000;
      case Function other -> Failure.WRONG_TYPE;
    };
  }
}

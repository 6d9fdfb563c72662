package dev.gatewayctl.runtime.bedrock;

import dev.gatewayctl.runtime.conversation.Part.Media;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The protocol's words for kinds of media and the media types that they stand for.
final class MediaFormats {
  /// A word and its type; of several words for one type the first is written.
  private record Format(Media.Kind kind, String word, String type) {}

  private static final List<Format> ALL =
      List.of(
          new Format(Media.Kind.IMAGE, "png", "image/png"),
          new Format(Media.Kind.IMAGE, "jpeg", "image/jpeg"),
          new Format(Media.Kind.IMAGE, "jpeg", "image/jpg"),
          new Format(Media.Kind.IMAGE, "gif", "image/gif"),
          new Format(Media.Kind.IMAGE, "webp", "image/webp"),
          new Format(Media.Kind.DOCUMENT, "pdf", "application/pdf"),
          new Format(Media.Kind.DOCUMENT, "csv", "text/csv"),
          new Format(Media.Kind.DOCUMENT, "html", "text/html"),
          new Format(Media.Kind.DOCUMENT, "md", "text/markdown"),
          new Format(Media.Kind.DOCUMENT, "txt", "text/plain"),
          new Format(Media.Kind.DOCUMENT, "doc", "application/msword"),
          new Format(
              Media.Kind.DOCUMENT,
              "docx",
              "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
          new Format(Media.Kind.DOCUMENT, "xls", "application/vnd.ms-excel"),
          new Format(
              Media.Kind.DOCUMENT,
              "xlsx",
              "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
          new Format(Media.Kind.VIDEO, "mp4", "video/mp4"),
          new Format(Media.Kind.VIDEO, "mov", "video/quicktime"),
          new Format(Media.Kind.VIDEO, "mkv", "video/x-matroska"),
          new Format(Media.Kind.VIDEO, "webm", "video/webm"),
          new Format(Media.Kind.VIDEO, "mpeg", "video/mpeg"),
          new Format(Media.Kind.AUDIO, "mp3", "audio/mpeg"),
          new Format(Media.Kind.AUDIO, "mp3", "audio/mp3"),
          new Format(Media.Kind.AUDIO, "wav", "audio/wav"),
          new Format(Media.Kind.AUDIO, "ogg", "audio/ogg"),
          new Format(Media.Kind.AUDIO, "flac", "audio/flac"),
          new Format(Media.Kind.AUDIO, "opus", "audio/opus"),
          new Format(Media.Kind.AUDIO, "aac", "audio/aac"));

  private MediaFormats() {}

  /// The word for a media type, if there is one.
  static Optional<String> word(Media.Kind kind, String mediaType) {
    String type = mediaType.toLowerCase(Locale.ROOT);
    return ALL.stream()
        .filter(format -> format.kind() == kind && format.type().equals(type))
        .map(Format::word)
        .findFirst();
  }

  /// The word for what is inline, by its first bytes where no type is told.
  static Optional<String> word(Media media, String base64) {
    return media.mediaType().isPresent()
        ? word(media.kind(), media.mediaType().get())
        : switch (media.kind()) {
          case IMAGE -> image(base64);
          case DOCUMENT -> base64.startsWith("JVBERi") ? Optional.of("pdf") : Optional.empty();
          case AUDIO, VIDEO -> Optional.empty();
        };
  }

  private static Optional<String> image(String base64) {
    if (base64.startsWith("iVBOR")) {
      return Optional.of("png");
    }
    if (base64.startsWith("/9j/")) {
      return Optional.of("jpeg");
    }
    if (base64.startsWith("R0lG")) {
      return Optional.of("gif");
    }
    return base64.startsWith("UklGR") ? Optional.of("webp") : Optional.empty();
  }

  /// The media type of a word.
  static String type(Media.Kind kind, String word, String otherwise) {
    return ALL.stream()
        .filter(format -> format.kind() == kind && format.word().equals(word))
        .map(Format::type)
        .findFirst()
        .orElse(otherwise);
  }
}

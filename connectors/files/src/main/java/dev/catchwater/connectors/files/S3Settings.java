package dev.catchwater.connectors.files;

import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where S3 is, and who asks.
///
/// @param endpoint another server than Amazon's, or null; buckets are then folders of it
/// @param region as signatures name it, such as `eu-central-1`
/// @param credentials looked up when they are needed; gives null for who asks without a name
public record S3Settings(
    @Nullable URI endpoint, String region, Supplier<@Nullable S3Credentials> credentials) {}

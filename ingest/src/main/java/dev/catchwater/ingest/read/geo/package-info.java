/// GeoJSON (RFC 7946): geometries checked and written as kamu writes them, features as rows.
///
/// Begin at [dev.catchwater.ingest.read.geo.FeatureRow].
///
/// *Fed by* the JSON readers; the shapes of shapefiles are written here too. *Feeds* the cells.
@NullMarked
package dev.catchwater.ingest.read.geo;

import org.jspecify.annotations.NullMarked;

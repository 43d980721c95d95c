/// Esri shapefiles in a zip: the archive, the table of attributes (dBASE), the shapes as GeoJSON.
///
/// Formats: PKWARE APPNOTE 6.3.10; ESRI Shapefile Technical Description (July 1998); dBASE III and
/// Visual FoxPro tables. Every length is checked before it is followed.
///
/// *Fed by* the shapefile reader of `ingest.read`, which hands in the file. *Feeds* its cells.
@NullMarked
package dev.catchwater.ingest.read.shape;

import org.jspecify.annotations.NullMarked;

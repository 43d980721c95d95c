/// What the server answers: [dev.catchwater.server.api.ApiRoutes] is the table, each class beside
/// it a group of its lines.
///
/// Fed by the front door; feeds live datasets with pushes and clients with rows, blocks and slices.
@NullMarked
package dev.catchwater.server.api;

import org.jspecify.annotations.NullMarked;

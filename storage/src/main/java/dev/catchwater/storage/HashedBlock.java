package dev.catchwater.storage;

import dev.catchwater.odf.event.MetadataBlock;
import dev.catchwater.odf.identity.Multihash;

/// A block and the hash of its bytes as stored. Immutable.
public record HashedBlock(Multihash hash, MetadataBlock block) {}

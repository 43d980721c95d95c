package dev.catchwater.connectors.files;

import dev.catchwater.odf.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// One page of the keys of a bucket.
///
/// @param more what the next page is asked with, null for the last one
record S3Listing(List<String> keys, @Nullable String more) {
  /// Reads the answer to ListObjectsV2 with `encoding-type=url`. Nothing that the document names is
  /// fetched.
  static S3Listing read(String address, InputStream body) throws IOException {
    List<String> keys = new ArrayList<>();
    String more = null;
    try {
      XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
      XMLStreamReader reader = factory.createXMLStreamReader(body);
      while (reader.hasNext()) {
        if (reader.next() != XMLStreamConstants.START_ELEMENT) {
          continue;
        }
        switch (reader.getLocalName()) {
          case "Key" ->
              keys.add(URLDecoder.decode(reader.getElementText(), StandardCharsets.UTF_8));
          case "NextContinuationToken" -> more = reader.getElementText();
          default -> {
            // Sizes and times say nothing that the object itself does not say better.
          }
        }
      }
    } catch (XMLStreamException | IllegalArgumentException e) {
      throw Refusals.at(
              ErrorCode.REMOTE_UNAVAILABLE, address, "What lists the bucket is no S3: " + e)
          .withCause(e);
    }
    return new S3Listing(keys, more);
  }

  /// The text of the first element of a name in a short document; empty for none.
  static String element(String document, String name) {
    int start = document.indexOf("<" + name + ">");
    int end = start < 0 ? -1 : document.indexOf("</" + name + ">", start);
    return end < 0 ? "" : document.substring(start + name.length() + 2, end);
  }
}

package dev.catchwater.server.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.BufferingFlowControlStrategy;
import org.eclipse.jetty.http2.SessionContainer;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.UnknownFrame;
import org.eclipse.jetty.http2.generator.Generator;
import org.eclipse.jetty.http2.parser.ServerParser;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.internal.HTTP2ServerSession;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.jspecify.annotations.Nullable;

/// HTTP/2 (RFC 9113) beside HTTP/1.1 on one port: in TLS for clients that choose it, in cleartext
/// for those that know beforehand that we speak it. The header `Upgrade` is not followed: what
/// comes behind such a request would be read as frames, although it may be its body.
///
/// What a client may cost (reliability §6, TH19): Jetty counts the frames that carry nothing, 128 a
/// second, and ends the connection with `ENHANCE_YOUR_CALM`; [Http2Connection] has what Jetty lets
/// pass. Thread-safe.
final class Http2 extends HTTP2ServerConnectionFactory implements ConnectionFactory.Upgrading {
  /// Requests of one connection at once; that many are announced.
  private static final int STREAMS_MAX = 128;

  /// What a client may have sent us that no request has read yet, of one and of all its requests.
  private static final int STREAM_WINDOW_BYTES = 64 << 10;

  private static final int CONNECTION_WINDOW_BYTES = 128 << 10;

  private static final int SETTINGS_MAX = 64;
  private static final float WINDOW_SHARE = 0.5F;

  private final boolean isChosen;

  /// @param http of these connections only: Jetty adds to it
  /// @param isChosen whether clients choose it in TLS; else they begin with it
  Http2(HttpConfiguration http, boolean isChosen) {
    super(http, isChosen ? "h2" : "h2c");
    this.isChosen = isChosen;
    setMaxConcurrentStreams(STREAMS_MAX);
    setInitialStreamRecvWindow(STREAM_WINDOW_BYTES);
    setInitialSessionRecvWindow(CONNECTION_WINDOW_BYTES);
    setMaxSettingsKeys(SETTINGS_MAX);
    setConnectProtocolEnabled(false);
  }

  @Override
  public boolean isAcceptable(String protocol, String tlsProtocol, String tlsCipher) {
    return isChosen && super.isAcceptable(protocol, tlsProtocol, tlsCipher);
  }

  @Override
  public @Nullable Connection upgradeConnection(
      Connector connector,
      EndPoint endPoint,
      MetaData.Request request,
      HttpFields.Mutable response) {
    if (!HttpMethod.PRI.is(request.getMethod())) {
      return null;
    }
    Http2Connection connection = newConnection(connector, endPoint);
    connection.upgrade(request, response);
    return connection;
  }

  /// As Jetty's, with a connection of our own making.
  @Override
  public Http2Connection newConnection(Connector connector, EndPoint endPoint) {
    HttpConfiguration http = getHttpConfiguration();
    FramesIn frames = new FramesIn();
    RateControl rate = getRateControlFactory().newRateControl(endPoint);
    ServerParser parser =
        new ServerParser(
            connector.getByteBufferPool(),
            http.getRequestHeaderSize(),
            event -> {
              // Nobody else is told of these.
              if (event instanceof UnknownFrame) {
                frames.add();
              }
              return rate.onEvent(event);
            });
    parser.setMaxSettingsKeys(getMaxSettingsKeys());
    Generator generator =
        new Generator(connector.getByteBufferPool(), isUseOutputDirectByteBuffers(), 0);
    generator.getHpackEncoder().setMaxHeaderListSize(http.getResponseHeaderSize());
    ServerSessionListener listener = newSessionListener(connector, endPoint);
    HTTP2ServerSession session =
        new HTTP2ServerSession(
            connector.getScheduler(),
            endPoint,
            parser,
            generator,
            listener,
            new BufferingFlowControlStrategy(WINDOW_SHARE));
    session.setMaxLocalStreams(0);
    session.setMaxRemoteStreams(getMaxConcurrentStreams());
    session.setMaxEncoderTableCapacity(getMaxEncoderTableCapacity());
    session.setStreamIdleTimeout(endPoint.getIdleTimeout());
    session.setInitialSessionRecvWindow(getInitialSessionRecvWindow());
    session.setWriteThreshold(http.getOutputBufferSize());
    session.setConnectProtocolEnabled(isConnectProtocolEnabled());
    session.addEventListener(frames);
    Http2Connection connection =
        new Http2Connection(connector, endPoint, http, session, listener, frames);
    connection.setUseInputDirectByteBuffers(isUseInputDirectByteBuffers());
    connection.setUseOutputDirectByteBuffers(isUseOutputDirectByteBuffers());
    connection.addEventListener(getBean(SessionContainer.class));
    parser.init(connection);
    configure(connection, connector, endPoint);
    return connection;
  }
}

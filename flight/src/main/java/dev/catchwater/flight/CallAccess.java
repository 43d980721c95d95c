package dev.catchwater.flight;

import dev.catchwater.odf.error.CatchwaterException;
import dev.catchwater.odf.error.ErrorCode;
import dev.catchwater.server.access.Access;
import dev.catchwater.server.access.Tokens;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Looks at who calls before anything of a call runs: `authorization: Bearer TOKEN`, or `Basic`
/// with the token as the password, as JDBC drivers send user and password; the answer then has the
/// bearer that they go on with. Nothing is kept between calls, so a token that was revoked ends
/// with the next. Thread-safe.
final class CallAccess implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";
  private static final Context.Key<Access> ACCESS = Context.key("access");

  private final Tokens tokens;

  CallAccess(Tokens tokens) {
    this.tokens = tokens;
  }

  /// What the caller of the call that runs in this thread may do.
  static Access current() {
    Access access = ACCESS.get();
    if (access == null) {
      throw new IllegalStateException("not in a call");
    }
    return access;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String bearer;
    Access access;
    try {
      bearer = bearer(headers.get(AUTHORIZATION));
      access = tokens.access(bearer, address(call));
      // Whoever has no token where one is needed may not even shake hands.
      access.requireToken();
    } catch (CatchwaterException e) {
      call.close(status(e).withDescription(e.getMessage()), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    ServerCall<Q, A> answered = bearer == null ? call : new Answered<>(call, bearer);
    return Contexts.interceptCall(
        Context.current().withValue(ACCESS, access), answered, headers, next);
  }

  private static Status status(CatchwaterException e) {
    return e.code() == ErrorCode.UNAUTHORIZED ? Status.UNAUTHENTICATED : Status.RESOURCE_EXHAUSTED;
  }

  /// A call whose answer repeats the bearer.
  private static final class Answered<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final String bearer;
    private boolean isSaid;

    Answered(ServerCall<Q, A> call, String bearer) {
      super(call);
      this.bearer = bearer;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      say(headers);
      super.sendHeaders(headers);
    }

    // An answer without a message has its headers at its end.
    @Override
    public void close(Status status, Metadata trailers) {
      if (!isSaid) {
        say(trailers);
      }
      super.close(status, trailers);
    }

    private void say(Metadata headers) {
      isSaid = true;
      headers.put(AUTHORIZATION, "Bearer " + bearer);
    }
  }

  /// The token of a header, null where none is given: an empty password is none.
  static @Nullable String bearer(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String scheme = header.toLowerCase(Locale.ROOT);
    if (scheme.startsWith(BEARER)) {
      return given(header.substring(BEARER.length()).strip());
    }
    if (scheme.startsWith(BASIC)) {
      try {
        byte[] pair = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
        String text = new String(pair, StandardCharsets.UTF_8);
        return given(text.substring(text.indexOf(':') + 1));
      } catch (IllegalArgumentException e) {
        return header;
      }
    }
    return header;
  }

  private static @Nullable String given(String token) {
    return token.isEmpty() ? null : token;
  }

  private static String address(ServerCall<?, ?> call) {
    SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "";
  }
}

/// Limits of an `HTTPClient`. All are finite.
package struct HTTPClientConfiguration: Sendable {
    package var origin: HTTPOrigin
    /// PEM file of the roots that the server's certificate is judged by; nil for those of the system.
    package var trustFile: String?
    /// For resolving, connecting and the TLS handshake. 3 s: a healthy channel takes a tenth of it.
    package var connectTimeout: Duration = .seconds(3)
    /// For all of a request. 10 s.
    package var timeout: Duration = .seconds(10)
    /// Largest body taken, in bytes.
    package var responseBytes = 64 * 1024
    /// Largest head taken, in bytes.
    package var headBytes = 16 * 1024
    /// Requests under way at once, those that wait for a connection included.
    package var requests = 1_024
    /// Connections at once. 16: the channels' own limits are some hundred requests a second, and an answer takes a tenth of one.
    package var connections = 16

    package init(origin: HTTPOrigin) { self.origin = origin }
}

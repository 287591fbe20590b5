/// Limits of an `PlainHTTPServer`. All are finite: whoever reaches the address may try them.
package struct PlainHTTPLimits: Sendable {
    /// Bytes of the request line and the header fields. 8 KiB, as web servers have it.
    package var headBytes = 8 * 1_024
    /// Bytes of a body. None: then only GET is taken. With some, POST is too.
    package var bodyBytes = 0
    /// Connections at once; one more is closed unread. 16: a collector or two, and a person who looks.
    package var connections = 16
    /// Time for the request. 5 s.
    package var requestTimeout: Duration = .seconds(5)
    /// Time for the answer to be made and taken. 30 s: some megabytes over a bad line.
    package var answerTimeout: Duration = .seconds(30)
    /// Time that the other end has to close after it; what it still sends is thrown away. 2 s, as `ServerConfiguration.lingerTimeout`.
    package var lingerTimeout: Duration = .seconds(2)

    package init() {}
}

internal import Foundation

/// Calls one server of somebody else over HTTP/1.1 and TLS, by libcurl. No redirects, no cookies, no proxies, no compression. Safe from
/// any task.
///
/// A thread of its own drives all transfers; a cancelled task ends its own. On a kept connection that the server has closed meanwhile
/// libcurl sends a request a second time, so what is sent must bear a repeat.
package final class HTTPClient: Sendable {
    private let loop: CurlLoop

    /// Throws `notSent(.library)` where libcurl does not start.
    package init(_ configuration: HTTPClientConfiguration) throws(HTTPClientError) {
        loop = try CurlLoop(configuration)
        let loop = loop
        Thread.detachNewThread { loop.run() }
    }

    /// Sends a request and returns what came back. Throws when nothing usable did, telling "not sent" from "unknown".
    package func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        guard request.isWellFormed else { throw .notSent(.malformedRequest) }
        let number = loop.nextNumber()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.add(CurlJob(number: number, request: request, continuation: continuation))
            }
        } onCancel: {
            loop.cancel(number)
        }
        return try result.get()
    }

    /// Ends what is under way as lost, and closes every connection. Returns when the thread has ended.
    package func shutdown() async { await loop.close() }
}

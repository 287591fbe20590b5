/// A request on its way to the thread that drives it.
struct CurlJob: Sendable {
    let number: Int
    let request: HTTPClientRequest
    let continuation: CheckedContinuation<Result<HTTPClientResponse, HTTPClientError>, Never>

    func end(_ result: Result<HTTPClientResponse, HTTPClientError>) { continuation.resume(returning: result) }
}

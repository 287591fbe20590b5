internal import SampanChannels
internal import SampanHTTPClient

extension HTTPClient {
    /// Sends what a channel's protocol has made, byte for byte, and returns what came back, believed in nothing.
    func ask(_ request: ChannelRequest) async throws(HTTPClientError) -> ChannelMessage {
        let answer = try await send(
            HTTPClientRequest(
                target: request.path, headers: request.headers.map { ($0.name, $0.value) },
                body: request.method == .get ? nil : request.body))
        return ChannelMessage(
            status: answer.status, headers: answer.headers.map { ChannelHeader($0.name, $0.value) }, body: answer.body)
    }
}

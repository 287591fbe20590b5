package import SampanHTTPClient
package import SampanRecords

/// Hands notices to a web service over TLS: `POST`, JSON, any answer of 200 to 299 takes it. A notice is handed over again when its answer
/// was lost: emergencies may arrive twice, codes do not, since a code whose sending failed is void.
package struct WebhookNoticeSender: NoticeSender {
    /// The service did not take the notice. The notice is not in here.
    package struct Refused: Error, Sendable {
        package let status: Int
    }

    private let client: HTTPClient
    private let target: String

    /// - Parameters:
    ///   - client: of the service's origin; deadlines and limits are its configuration's.
    ///   - target: path and query, such as `/notices`.
    package init(client: HTTPClient, target: String) {
        self.client = client
        self.target = target
    }

    package func send(_ notice: Notice) async throws {
        let request = HTTPClientRequest(
            target: target, headers: [(name: "content-type", value: "application/json")], body: NoticeText.bytes(notice))
        let response = try await client.send(request)
        guard (200...299).contains(response.status) else { throw Refused(status: response.status) }
    }
}

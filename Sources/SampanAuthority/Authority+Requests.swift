internal import SampanProtobuf

extension Authority {
    /// What a request got the first time; nil for one that is new. Throws `requestIDReused` for another body.
    func firstOutcome<Answer: Message>(_ request: RequestKey, by actor: String) async throws(AuthorityError) -> Answer? {
        guard let first = try await store.firstOutcome(request, by: actor) else { return nil }
        return try Self.message(first)
    }
}

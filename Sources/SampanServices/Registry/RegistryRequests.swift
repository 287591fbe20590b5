internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanProtobuf
internal import SampanRPC
internal import SampanStorage

/// A request that changes the registry: done once, told again as often as it is asked.
struct RegistryRequest: Sendable {
    let institution: String
    let requestID: RequestID
    let method: String
    /// SHA-256 of what was asked for, without the request id's own weight: the same id with another hash is an error.
    let hash: [UInt8]

    /// Throws `invalid` for an id that is none.
    init(_ caller: RegistryCaller, _ requestID: String, method: String, body: [[UInt8]]) throws(RegistryError) {
        institution = caller.identity.institution
        self.method = method
        do throws(DomainError) { self.requestID = try RequestID(requestID) } catch { throw .invalid(error) }
        // Each part's length goes in front of it: no two bodies come to the same bytes.
        var bytes: [UInt8] = []
        for part in body {
            let length = UInt64(part.count)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - $0 * 8)) } + part
        }
        do throws(CryptoError) { hash = try SHA256.hash(bytes) } catch { throw .unreadable }
    }

    /// A message as a body; empty where it cannot be encoded, which the message that arrived can.
    static func body(_ message: some Message) -> [UInt8] { (try? message.serialized()) ?? [] }

    /// The first answer; nil where it has not been done. Throws `requestIDReused`.
    func known<Response: Message>(_ type: Response.Type, _ sealer: RegistrySealer, _ tx: borrowing Transaction) throws -> Response? {
        let first = try tx.first(
            "SELECT method, hash, outcome FROM registry_requests WHERE institution = ? AND request_id = ?", .text(institution),
            .text(requestID.text)
        ) { (try $0.text(0), try $0.blob(1), try $0.blob(2)) }
        guard let first else { return nil }
        guard first.0 == method, ConstantTime.equal(first.1, hash) else { throw RegistryError.requestIDReused }
        guard let response = try? Response(serialized: sealer.open(first.2, at: place)) else { throw RegistryError.unreadable }
        return response
    }

    /// What the kept answer is bound to: it may name a person, so it is sealed.
    private var place: String { "request|\(institution)|\(requestID)" }

    /// Keeps the answer, in the transaction of what was done.
    func note(_ response: some Message, _ sealer: RegistrySealer, now: UnixTime, _ tx: borrowing Transaction) throws {
        guard let outcome = try? response.serialized() else { throw RegistryError.unreadable }
        try tx.execute(
            "INSERT INTO registry_requests (institution, request_id, method, hash, outcome, at) VALUES (?, ?, ?, ?, ?, ?)",
            .text(institution), .text(requestID.text), .text(method), .blob(hash), .blob(try sealer.seal(outcome, at: place)),
            .integer(now.nanoseconds))
    }
}

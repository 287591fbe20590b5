internal import SampanAPI
internal import SampanDomain

/// One page of a list, and where the next begins. All pages of a list show what the registry knew at the first.
struct RegistryPage: Sendable {
    let size: Int
    /// Behind this key; empty: from the first.
    let after: String
    let knownAt: UnixTime
    let asOf: UnixTime

    /// Throws for a size or a token that is none.
    /// - Parameter now: of a first page without moments of its own.
    init(
        size: Int32, token: String, asOf: GoogleProtobuf.Timestamp? = nil, knownAt: GoogleProtobuf.Timestamp? = nil,
        now: UnixTime, standard: Int = 100, most: Int = 500
    ) throws(RegistryError) {
        do throws(DomainError) {
            guard (0...Int32(most)).contains(size) else { throw DomainError(field: "page_size", message: "is 1 to \(most)") }
            self.size = size == 0 ? standard : Int(size)
            let known = try RegistryText.moment(knownAt, field: "known_at")
            let asked = try RegistryText.moment(asOf, field: "as_of")
            if token.isEmpty {
                after = ""
                self.knownAt = known ?? UnixTime(nanoseconds: .max)
                self.asOf = asked ?? now
                return
            }
            let parts = token.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
            guard token.utf8.count <= 512, parts.count == 3, let knownTime = Int64(parts[0]), let asOfTime = Int64(parts[1]) else {
                throw DomainError(field: "page_token", message: "is none of a page of this list")
            }
            (after, self.knownAt, self.asOf) = (String(parts[2]), UnixTime(nanoseconds: knownTime), UnixTime(nanoseconds: asOfTime))
        } catch {
            throw .invalid(error)
        }
    }

    /// - Parameters:
    ///   - now: what is recorded later is not on the pages that follow.
    ///   - last: key of the last entry of this page.
    func next(after last: String, now: UnixTime) -> String {
        "\(min(knownAt, now).nanoseconds)|\(asOf.nanoseconds)|\(last)"
    }
}

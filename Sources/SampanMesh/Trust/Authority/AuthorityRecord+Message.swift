internal import SampanAPI
internal import SampanDomain
internal import SampanProtobuf

extension AuthorityRecord {
    private static let actorBytes = 0...512
    /// Events of one command: the largest is a rollover's step with its epoch, and what lapsed with it.
    private static let eventCount = 1...1_024

    /// The bytes that are hashed and written. Throws `tooLarge` past the limits of the contract.
    package func serialized() throws(EpochError) -> [UInt8] {
        try EpochError.check(count: actor.utf8.count, in: Self.actorBytes, "actor")
        try EpochError.check(count: events.count, in: Self.eventCount, "events")
        let events = events.map { TrustV1.AuthorityEvent(event: $0.message) }
        let message = TrustV1.AuthorityRecord(at: at.message, actor: actor, events: events)
        return try EpochError.translating("record") { () throws(ProtobufError) in try message.serialized() }
    }

    /// Reads what `serialized` has made. Throws an `EpochError` that names the field; also for an event of a later program: a state that
    /// leaves one out is another state.
    package init(serialized bytes: [UInt8]) throws(EpochError) {
        let message = try EpochError.translating("record") { () throws(ProtobufError) in
            try TrustV1.AuthorityRecord(serialized: bytes)
        }
        try EpochError.check(count: message.actor.utf8.count, in: Self.actorBytes, "actor")
        try EpochError.check(count: message.events.count, in: Self.eventCount, "events")
        var events: [AuthorityEvent] = []
        for event in message.events { events.append(try AuthorityEvent(event)) }
        self.init(at: try UnixTime(required: message.at, field: "at"), actor: message.actor, events: events)
    }
}

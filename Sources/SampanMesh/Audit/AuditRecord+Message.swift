internal import SampanAPI
internal import SampanDomain
internal import SampanProtobuf

extension AuditRecord {
    /// The bytes that are hashed and written. Throws `malformed` only when there is no memory.
    package func serialized() throws(AuditError) -> [UInt8] {
        let message = AuditV1.AuditRecord(
            at: at.message, kind: kind.name, actor: actor, address: address, method: method, reason: reason, rules: rules,
            policyHash: policyHash, count: count, until: until?.message, detail: detail,
            access: access?.message)
        do throws(ProtobufError) { return try message.serialized() } catch { throw .malformed("a record: \(error)") }
    }

    /// Reads what `serialized` has made. Throws `malformed` with the field.
    package init(serialized bytes: [UInt8]) throws(AuditError) {
        guard bytes.count <= AuditLimits.recordBytes else { throw .malformed("a record of \(bytes.count) bytes") }
        let message: AuditV1.AuditRecord
        do throws(ProtobufError) { message = try AuditV1.AuditRecord(serialized: bytes) } catch { throw .malformed("a record: \(error)") }
        guard let kind = AuditKind(message.kind) else { throw .malformed("a record of no kind") }
        let times = try Self.times(message)
        self.init(
            at: times.at, kind: kind, actor: message.actor, address: message.address, method: message.method, reason: message.reason,
            rules: message.rules, policyHash: message.policyHash, count: message.count, until: times.until, detail: message.detail,
            access: try message.access.map { message throws(AuditError) in try AuditAccess(message) })
    }

    private static func times(_ message: AuditV1.AuditRecord) throws(AuditError) -> (at: UnixTime, until: UnixTime?) {
        do throws(EpochError) {
            return (try UnixTime(required: message.at, field: "at"), try UnixTime(message.until, field: "until"))
        } catch {
            throw .malformed("a record: \(error)")
        }
    }
}

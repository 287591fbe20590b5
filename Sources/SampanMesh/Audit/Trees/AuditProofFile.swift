package import SampanAPI
internal import SampanProtobuf

/// Proofs as files that `sampan-verify` reads: a first line that says what it is, and a message. Each throws `malformed` only when there is
/// no memory.
package enum AuditProofFile {
    package static func bytes(_ proof: AuditV1.AuditInclusionProof) throws(AuditError) -> [UInt8] { try bytes("inclusion", proof) }
    package static func bytes(_ proof: AuditV1.AuditConsistencyProof) throws(AuditError) -> [UInt8] { try bytes("consistency", proof) }
    package static func bytes(_ readers: AuditV1.AuditReaders) throws(AuditError) -> [UInt8] { try bytes("readers", readers) }
    package static func bytes(_ head: AuditV1.AuditTreeHead) throws(AuditError) -> [UInt8] { try bytes("head", head) }

    private static func bytes(_ kind: String, _ message: some Message) throws(AuditError) -> [UInt8] {
        do throws(ProtobufError) { return Array("sampan audit \(kind) v1\n".utf8) + (try message.serialized()) } catch {
            throw .malformed("a proof: \(error)")
        }
    }
}

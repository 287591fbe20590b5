/// The name of a contract file and of those that it imports, for gathering what a `DescriptorPool` needs.
public struct DescriptorFile: Sendable, Hashable {
    /// As it is imported, for example `sampan/payment/v1/payment.proto`.
    public let name: String
    /// Names of the files that it imports.
    public let dependencies: [String]
    /// The serialized `google.protobuf.FileDescriptorProto`.
    public let serialized: [UInt8]

    /// Reads name and imports only; the rest is judged when a pool is made of it.
    public init(serialized: [UInt8]) throws(DescriptorError) {
        var reader = WireReader(serialized)
        var (name, dependencies): (String, [String]) = ("", [])
        while let field = try reader.nextField() {
            switch (field.number, field.value) {
            case (1, .bytes(let range)): name = try reader.text(range)
            case (3, .bytes(let range)): dependencies.append(try reader.text(range))
            default: break
            }
        }
        guard !name.isEmpty else { throw .invalidName(inside: "") }
        (self.name, self.dependencies, self.serialized) = (name, dependencies, serialized)
    }
}

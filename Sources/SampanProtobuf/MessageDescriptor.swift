internal import CProtobufC

/// What protobuf-c knows about a message type: names, fields, offsets.
///
/// Sendable without a lock: it points to constant data of the program, which nobody writes and which is never freed.
@safe public struct MessageDescriptor: @unchecked Sendable {
    let raw: UnsafePointer<ProtobufCMessageDescriptor>

    /// For generated code: takes the address of a descriptor that protoc-c made.
    ///
    /// `fieldCount` is what the Swift side was generated for. A difference means that the two halves of the generated
    /// code are of different contracts; nothing a peer sends reaches this check.
    @unsafe public init(_ address: UnsafeRawPointer, fieldCount: Int) {
        unsafe raw = address.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
        precondition(unsafe Int(raw.pointee.n_fields) == fieldCount, "generated C and Swift differ: run Scripts/generate-protos")
    }

    /// Full name of the message, for example `sampan.payment.v1.Payment`.
    public var name: String { unsafe raw.pointee.name.map { unsafe String(cString: $0) } ?? "" }
}

extension MessageDescriptor {
    /// Name of a field as its `.proto` file has it.
    ///
    /// The C side calls a field `name_f<number>`, since names like `n_x`, `unix` or `int` break what protoc-c makes.
    static func name(of field: UnsafePointer<ProtobufCFieldDescriptor>) -> String {
        guard let cName = unsafe field.pointee.name else { return unsafe "#\(field.pointee.id)" }
        let name = unsafe String(cString: cName)
        let suffix = unsafe "_f\(field.pointee.id)"
        return name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
    }
}

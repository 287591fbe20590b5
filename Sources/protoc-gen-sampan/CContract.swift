/// Rewrites contracts into a form that protoc-c 1.4.1 translates, and protobuf-c handles, without loss on the wire.
///
/// | rewritten | why |
/// |---|---|
/// | proto3 → proto2, repeated numbers packed as before | presence of every field is kept, also of 0 and -0.0; protoc-c refuses
/// proto3 `optional` |
/// | synthetic oneofs dropped | with proto2 they are plain optional fields |
/// | `string` → `bytes` | protobuf-c ends strings at the first NUL; UTF-8 is checked by SampanProtobuf |
/// | enums → `int32`, enum types dropped | same wire format; no clash of C constants |
/// | field `x` of number 7 → `x_f7` | C keywords and macros (`int`, `unix`), and members that protoc-c adds (`n_x`, `has_x`) |
/// | services, extensions, comments dropped | rpc names may be C keywords; nothing of it is used |
enum CContract {
    static func rewrite(_ file: WireTree) throws(WireTree.Malformed) -> WireTree {
        var file = file
        let isProto3 = file.text(12) == "proto3"
        file.remove(5, 6, 7, 8, 9)
        file.set(12, "proto2")
        try file.map(4) { message throws(WireTree.Malformed) in try rewrite(message: &message, isProto3) }
        return file
    }

    private static func rewrite(message: inout WireTree, _ isProto3: Bool) throws(WireTree.Malformed) {
        var synthetic: Set<Int> = []
        for field in try message.trees(2) where field.int(17) == 1 {
            if let oneof = field.int(9) { synthetic.insert(oneof) }
        }
        // The synthetic ones come last (protobuf implementing_proto3_presence.md), so the indexes of the others stay.
        let oneofs = message.all(8).enumerated().filter { !synthetic.contains($0.offset) }.map(\.element)
        message.remove(4, 6, 8)
        for oneof in oneofs { message.fields.append((8, .bytes(oneof))) }
        try message.map(2) { field throws(WireTree.Malformed) in try rewrite(field: &field, isProto3) }
        try message.map(3) { nested throws(WireTree.Malformed) in try rewrite(message: &nested, isProto3) }
        // Of the options only `map_entry` matters; with it gone too, protoc-c sees a plain nested message.
        message.remove(7)
    }

    private static func rewrite(field: inout WireTree, _ isProto3: Bool) throws(WireTree.Malformed) {
        if field.int(17) == 1 { field.remove(9) }
        let type = field.int(5) ?? 0
        let isPackable = type != 9 && type != 11 && type != 12 && type != 10
        let packed = try field.trees(8).compactMap { $0.int(2) }.last.map { $0 == 1 } ?? isProto3
        field.remove(7, 8, 10, 17)
        if field.int(4) == 3, isPackable {
            var options = WireTree()
            options.set(2, packed ? 1 : 0)
            field.add(8, options)
        }
        if type == 9 { field.set(5, 12) }
        if type == 14 {
            field.set(5, 5)
            field.remove(6)
        }
        field.set(1, "\(field.text(1))_f\(field.int(3) ?? 0)")
    }
}

/// Turns messages in wire format into JSON and back, by their contracts alone (ProtoJSON: protobuf.dev, "ProtoJSON Format").
///
/// Any bytes and any text end in a result or in a `JSONError`. Safe to use from any task.
public struct JSONTranscoder: Sendable {
    public let pool: DescriptorPool
    public let options: JSONOptions
    public let limits: JSONLimits

    public init(pool: DescriptorPool, options: JSONOptions = .standard, limits: JSONLimits = .default) {
        (self.pool, self.options, self.limits) = (pool, options, limits)
    }

    /// A message as JSON, fields in the order of their numbers, maps in the order of their keys. Fields that the contract does not have are
    /// left out.
    ///
    /// - Parameters:
    ///   - wire: the serialized message.
    ///   - type: full name of its type.
    /// - Returns: UTF-8, without a line break at the end.
    public func json(of wire: [UInt8], as type: String) throws(JSONError) -> [UInt8] {
        var printer = MessagePrinter(pool: pool, options: options, limits: limits)
        try printer.message(WireSlice(bytes: wire), try schema(type), depth: 1)
        return printer.out.bytes
    }

    /// A JSON text as a message, fields in the order of their numbers.
    ///
    /// - Parameters:
    ///   - json: UTF-8.
    ///   - type: full name of the message's type.
    /// - Returns: the serialized message.
    public func wire(of json: [UInt8], as type: String) throws(JSONError) -> [UInt8] {
        let schema = try schema(type)
        let value = try JSONParser.value(of: json, limits: limits)
        return try MessageBuilder(pool: pool, options: options).message(value, schema)
    }

    /// Several JSON values, one behind the other with or without blanks between, as messages of one type.
    public func wires(of json: [UInt8], as type: String) throws(JSONError) -> [[UInt8]] {
        let schema = try schema(type)
        let builder = MessageBuilder(pool: pool, options: options)
        var parser = try JSONParser(json, limits: limits)
        var messages: [[UInt8]] = []
        while let value = try parser.next() { messages.append(try builder.message(value, schema)) }
        return messages
    }

    private func schema(_ type: String) throws(JSONError) -> MessageSchema {
        guard let schema = pool.message(type) else { throw JSONError(.unknownType(JSONNames.shown(Array(type.utf8)))) }
        return schema
    }
}

internal import SampanProtobuf
internal import SampanTestSupport

extension FuzzTarget {
    /// Any bytes for any generated message: a value or a typed error; a value encodes to bytes that decode to the same value, and
    /// those bytes encode to themselves. The first two bytes choose the type.
    static let messages = FuzzTarget(
        "messages",
        dictionary: [
            [0x0A], [0x12], [0x1A], [0x08], [0x10], [0x0D], [0x09], [0x0B, 0x0C],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
            [0x80, 0x80, 0x80, 0x80, 0x08], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xE5, 0x8C, 0xBB], [0xC0, 0x80], [0xED, 0xA0, 0x80],
            [0x0A, 0],
        ],
        samples: { seed in
            var random = SeededRandom(seed: seed)
            return GeneratedMessages.all.indices.flatMap { index in
                (0..<2).map { _ in
                    [UInt8(truncatingIfNeeded: index >> 8), UInt8(truncatingIfNeeded: index)] + WireSample.message(&random, depth: 0)
                }
            }
        }
    ) { bytes in
        let index = bytes.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        let type = GeneratedMessages.all[index % GeneratedMessages.all.count]
        return flaw(type, Array(bytes.dropFirst(2)))
    }

    private static func flaw<Value: Message>(_ type: Value.Type, _ bytes: [UInt8]) -> String? {
        do throws(ProtobufError) {
            let value = try Value(serialized: bytes)
            let first = try value.serialized()
            let again = try Value(serialized: first)
            // Bytes, not values: a float that is no number is not equal to itself.
            guard try again.serialized() == first else { return "\(Value.protoName): other bytes the second time" }
            if try value.serialized(prefixLength: 5).dropFirst(5) != first[...] { return "\(Value.protoName): other bytes behind a prefix" }
        } catch {
            if error == .refused { return "\(Value.protoName): refused by protobuf-c, though our scan let it through" }
        }
        // The same bytes with little memory: the value, or the limit.
        let little = DecodingLimits(maximumMemoryBytes: 2_000)
        do throws(ProtobufError) { _ = try Value(serialized: bytes, limits: little) } catch {
            if error == .refused || error == .outOfMemory { return "\(Value.protoName): \(error) instead of the memory limit" }
        }
        return nil
    }
}

/// Wire bytes of fields 1 to 30, of every wire type.
private enum WireSample {
    static func message(_ random: inout SeededRandom, depth: Int) -> [UInt8] {
        (0..<Int.random(in: 1...8, using: &random)).flatMap { _ in
            field(&random, number: UInt64.random(in: 1...30, using: &random), depth: depth)
        }
    }

    private static func field(_ random: inout SeededRandom, number: UInt64, depth: Int) -> [UInt8] {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return varint(number << 3) + varint(random.next() >> UInt64.random(in: 0..<64, using: &random))
        case 1: return varint(number << 3 | 1) + random.bytes(8)
        case 2: return varint(number << 3 | 5) + random.bytes(4)
        case 3, 4:
            return content(number, Array(["", "a", "没有号了", "12330100470116100X"].randomElement(using: &random).map(\.utf8) ?? "".utf8))
        default: return content(number, depth < 4 ? message(&random, depth: depth + 1) : [])
        }
    }

    private static func content(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var (bytes, rest): ([UInt8], UInt64) = ([], value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}

internal import SampanAPI
internal import SampanJSON
internal import SampanRPC
internal import SampanTestMessages

extension FuzzTarget {
    /// Any text and any bytes as a message: what is read can be printed, and what is printed is read as the same. The first byte chooses
    /// the type; when it is odd the rest is wire format, else JSON.
    static let json = FuzzTarget(
        "json",
        dictionary: [
            "{".word, "}".word, "[".word, "]".word, "\"".word, ":".word, ",".word, "null".word, "\\ud800".word, "\\u0000".word, "1e99".word,
            "\"@type\":\"x/google.protobuf.Value\"".word, "\"fInt64\":".word, "\"mStringString\":{".word, "NaN".word, "-".word, "0.".word,
            "9223372036854775808".word, "18446744073709551616".word, "[[[[[[[[".word, "\"value\":".word, "\"any\":{".word, "Z".word,
        ]
    ) { bytes in
        let first = Int(bytes.first ?? 0)
        let (type, rest) = (JSONSamples.types[first / 2 % JSONSamples.types.count], Array(bytes.dropFirst()))
        return first & 1 == 0 ? flawOfText(rest, type) : flawOfWire(rest, type)
    }

    private static func flawOfText(_ text: [UInt8], _ type: String) -> String? {
        guard let transcoder = JSONSamples.transcoder else { return "the test contracts make no pool" }
        do throws(JSONError) {
            let wire = try transcoder.wire(of: text, as: type)
            return flawOfWire(wire, type, isOurs: true)
        } catch {
            return flaw(of: error)
        }
    }

    private static func flawOfWire(_ wire: [UInt8], _ type: String, isOurs: Bool = false) -> String? {
        guard let transcoder = JSONSamples.transcoder else { return "the test contracts make no pool" }
        let printed: [UInt8]
        do throws(JSONError) { printed = try transcoder.json(of: wire, as: type) } catch {
            return isOurs && !error.isLimit ? "\(type): read, but not printed: \(error)" : flaw(of: error)
        }
        do throws(JSONError) {
            let back = try transcoder.wire(of: printed, as: type)
            guard try transcoder.json(of: back, as: type) == printed else { return "\(type): another text the second time" }
        } catch {
            // A list of messages takes two levels of JSON and one of messages.
            return error.isLimit ? nil : "\(type): printed, but not read: \(error)"
        }
        return nil
    }

    private static func flaw(of error: JSONError) -> String? {
        error.description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? nil : "an error text with odd characters: \(error)"
    }

    /// Any bytes as a contract: a pool or a typed error; and empty messages of whatever it declares can be printed.
    static let descriptors = FuzzTarget(
        "descriptors", dictionary: ["proto3".word, ".A".word, [0x38, 1], [0x48, 0], [0x28, 11], [0x28, 14], [0x22], [0x12]],
        samples: { _ in [TestV1.fourKindsServiceDescriptor, TestV1.everyKindDescriptor, GoogleRPC.statusDescriptor].map(\.serialized) }
    ) { bytes in
        do throws(DescriptorError) {
            let pool = try DescriptorPool(files: [bytes] + JSONSamples.files)
            let transcoder = JSONTranscoder(pool: pool, options: JSONOptions(emitsDefaults: true))
            for method in pool.services.flatMap(\.methods).prefix(20) {
                _ = try? transcoder.json(of: [], as: method.input)
                _ = try? transcoder.wire(of: Array("{}".utf8), as: method.output)
            }
        } catch {
            return error.description.contains("\n") ? "an error text of two lines" : nil
        }
        return nil
    }
}

/// Contracts that JSON is fuzzed with.
private enum JSONSamples {
    static let types = [
        "sampan.test.v1.EveryKind", "sampan.test.v1.Tree", "google.protobuf.Value", "google.protobuf.Any", "google.protobuf.Timestamp",
        "google.protobuf.Duration", "google.protobuf.FieldMask", "google.protobuf.Struct", "google.protobuf.FloatValue",
        "google.protobuf.BytesValue", "google.rpc.Status",
    ]

    /// Those of Google that the test contracts need, and more.
    static let files: [[UInt8]] = gather([
        GoogleProtobuf.wrappersDescriptor, GoogleProtobuf.structDescriptor, GoogleProtobuf.fieldMaskDescriptor,
        GoogleProtobuf.emptyDescriptor, GoogleProtobuf.timestampDescriptor, GoogleProtobuf.durationDescriptor,
    ])

    static let transcoder: JSONTranscoder? =
        (try? DescriptorPool(files: files + gather([TestV1.everyKindDescriptor]))).map { JSONTranscoder(pool: $0) }

    private static func gather(_ roots: [FileDescriptor]) -> [[UInt8]] {
        var (files, open, seen): ([[UInt8]], [FileDescriptor], Set<String>) = ([], roots, [])
        while let file = open.popLast() {
            guard seen.insert(file.name).inserted else { continue }
            files.append(file.serialized)
            open += file.dependencies
        }
        return files
    }
}

/// A record of the index in the clear, as it is sealed: the local id and the demographics.
struct IndexedRecord: Sendable, Equatable {
    let localID: String
    let demographics: Demographics
}

/// Packs records: each text with its length in front (LEB128), so that no text can pass for another's end.
enum RecordCodec {
    static func encode(_ record: IndexedRecord) -> [UInt8] {
        var bytes: [UInt8] = [1]
        bytes.reserveCapacity(160)
        for text in [record.localID] + record.demographics.fields {
            let utf8 = Array(text.utf8)
            var length = utf8.count
            repeat {
                let rest = length >> 7
                bytes.append(UInt8(truncatingIfNeeded: length & 127) | (rest > 0 ? 128 : 0))
                length = rest
            } while length > 0
            bytes += utf8
        }
        return bytes
    }

    static func decode(_ bytes: [UInt8]) -> IndexedRecord? {
        guard bytes.first == 1 else { return nil }
        var position = 1
        var texts: [String] = []
        while position < bytes.count {
            var length = 0
            var shift = 0
            while true {
                guard position < bytes.count, shift < 28 else { return nil }
                let byte = bytes[position]
                position += 1
                length |= Int(byte & 127) << shift
                shift += 7
                if byte < 128 { break }
            }
            guard bytes.count - position >= length, let text = String(validating: bytes[position..<position + length], as: UTF8.self) else {
                return nil
            }
            texts.append(text)
            position += length
        }
        guard let localID = texts.first, let demographics = Demographics(fields: Array(texts.dropFirst())) else { return nil }
        return IndexedRecord(localID: localID, demographics: demographics)
    }
}

extension IndexKeys {
    /// What a record's box is bound to: its number, so that two rows cannot change places.
    private static func context(_ record: Int64) -> [UInt8] { Array("sampan identity record \(record)".utf8) }

    func sealRecord(_ value: IndexedRecord, _ record: Int64) throws -> [UInt8] {
        try seal(RecordCodec.encode(value), context: Self.context(record))
    }

    func openRecord(_ box: [UInt8], _ record: Int64) throws -> IndexedRecord {
        guard let bytes = try? open(box, context: Self.context(record)), let value = RecordCodec.decode(bytes) else {
            throw IndexError.sealed
        }
        return value
    }
}

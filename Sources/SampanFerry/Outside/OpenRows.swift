internal import SampanDomain

/// The open rows in memory, by number: a worker's share is found by stepping, whatever the number of workers.
///
/// Memory is bounded by the store's limit on open rows. A row that stays open while later ones finish keeps the (empty) places behind it.
struct OpenRows {
    struct Row {
        let claimed: ClaimedRow
        let submittedAt: UnixTime
        var claimedAt: UnixTime?
    }

    /// Number of the row in the first place.
    private var base: Int64 = 0
    private var places: [Row?] = []
    /// Places before it are empty.
    private var head = 0
    private(set) var count = 0

    subscript(seq: Int64) -> Row? {
        guard let place = place(of: seq) else { return nil }
        return places[place]
    }

    /// Rows come in the order of their numbers.
    mutating func append(_ row: Row) {
        let seq = row.claimed.seq
        if count == 0 {
            places.removeAll(keepingCapacity: true)
            (base, head) = (seq, 0)
        }
        while base + Int64(places.count) < seq { places.append(nil) }
        guard base + Int64(places.count) == seq else { return }
        places.append(row)
        count += 1
    }

    mutating func remove(_ seq: Int64) -> Row? {
        guard let place = place(of: seq), let row = places[place] else { return nil }
        places[place] = nil
        count -= 1
        while head < places.count, places[head] == nil { head += 1 }
        if head > 1_024, head > places.count / 2 {
            places.removeFirst(head)
            base += Int64(head)
            head = 0
        }
        return row
    }

    func hasRow(of partition: Partition) -> Bool {
        var seq = partition.first(from: base + Int64(head))
        while let place = place(of: seq) {
            if places[place] != nil { return true }
            seq += partition.count
        }
        return false
    }

    /// The oldest rows of a share, marked as claimed at `now` if they are so for the first time.
    mutating func claim(_ partition: Partition, limit: Int, maximumBytes: Int, now: UnixTime) -> [ClaimedRow] {
        var rows: [ClaimedRow] = []
        var bytes = 0
        var seq = partition.first(from: base + Int64(head))
        while rows.count < limit, let place = place(of: seq) {
            seq += partition.count
            guard let row = places[place] else { continue }
            bytes += row.claimed.payload.count
            if bytes > maximumBytes, !rows.isEmpty { break }
            if row.claimedAt == nil { places[place]?.claimedAt = now }
            rows.append(row.claimed)
        }
        return rows
    }

    private func place(of seq: Int64) -> Int? {
        let place = seq - base
        return place >= Int64(head) && place < Int64(places.count) ? Int(place) : nil
    }
}

internal import SampanHTTP2
internal import SampanRPC

extension ServerState {
    /// Closes the doors of a loop. On the loop.
    func close(_ loop: EventLoop, _ doors: ClosedDoors, _ whenLess: @escaping () -> Void) {
        setDoors(loop, doors, whenLess)
        for connection in connections(on: loop) {
            if doors.stays.contains(connection.peer.address) { connection.confine() } else { connection.drain() }
        }
    }

    /// What is left of a loop whose doors are closed. On the loop.
    func occupancy(_ loop: EventLoop) -> ServerOccupancy {
        guard let doors = doors(on: loop) else { return ServerOccupancy() }
        return connections(on: loop).reduce(into: ServerOccupancy()) { total, connection in
            if connection.isDraining { total.connections += 1 }
            total.calls += connection.session.openStreams.count { stream in
                guard let method = (stream as? ServerCall)?.context?.method else { return true }
                return !doors.methods.contains(method.path)
            }
        }
    }
}

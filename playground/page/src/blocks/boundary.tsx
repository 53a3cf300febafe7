// What cannot be drawn after all becomes a labelled box; the rest of the page stays.
import { Component, type ReactNode } from "react";

export class Boundary extends Component<{ otherwise: ReactNode; children: ReactNode }, { failed: boolean }> {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  render() {
    return this.state.failed ? this.props.otherwise : this.props.children;
  }
}

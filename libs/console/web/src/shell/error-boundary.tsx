import { Component, type ComponentChildren } from 'preact';
import { told } from '../api/problem.js';
import { Trouble } from '../parts/asked.js';

/** A page that breaks says so; the others are a click away. */
export class ErrorBoundary extends Component<{ readonly children: ComponentChildren }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static override getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ComponentChildren {
    if (!('error' in this.state)) return this.props.children;
    const again = (): void => this.setState({ error: undefined }, () => location.reload());
    return <Trouble text={`This page of the console broke: ${told(this.state.error)}`} again={again} />;
  }
}

// Starts the page: styles, theme, then the app into #page.
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './ui/base.css';
import './ui/parts.css';
import { App } from './app.js';
import { applyTheme } from './ui/theme.js';

applyTheme();
render(<App />, document.getElementById('page')!);
